// Search finds Hangul too.
//
// elasticlunr trims what is not ASCII off each word, in the index and in what is
// looked for. The texts themselves are in the index, whole: words with other letters
// are looked for in them, wherever they stand, so 핸드셰이크 finds 핸드셰이크는.
"use strict";

if (window.elasticlunr) {
    const load = elasticlunr.Index.load;
    const isTrimmed = (word) => /[^\x00-\x7f]/.test(word);
    const times = (text, word) => text.split(word).length - 1;

    elasticlunr.Index.load = (stored) => {
        const index = load.call(elasticlunr.Index, stored);
        const search = index.search;
        index.search = (query, options) => {
            const words = query.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
            const trimmed = words.filter(isTrimmed);
            if (trimmed.length === 0) return search.call(index, query, options);
            const others = words.filter((word) => !isTrimmed(word));
            const found = others.length > 0 && search.call(index, others.join(" "), options);
            const candidates = found || Object.keys(stored.documentStore.docs).map((ref) => ({ ref, score: 0 }));
            const results = [];
            for (const { ref, score } of candidates) {
                const doc = index.documentStore.getDoc(ref);
                const [title, body] = [doc.title, doc.body].map((text) => text.normalize("NFC").toLowerCase());
                const here = trimmed.map((word) => 10 * times(title, word) + times(body, word));
                if (here.every(Boolean)) {
                    results.push({ ref, score: here.reduce((sum, more) => sum + more, score), doc });
                }
            }
            return results.sort((one, other) => other.score - one.score);
        };
        return index;
    };
}
