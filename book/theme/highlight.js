// Colours for listings: comments, strings, numbers, keywords. No more is needed here.
"use strict";
{
    const words = (list) => new RegExp(`\\b(?:${list.trim().replace(/\s+/g, "|")})\\b`, "y");
    const RUST = words(`as async await break const continue crate dyn else enum extern fn for if impl in let loop
        match mod move mut pub ref return self Self static struct super trait type unsafe use where while true false`);
    const JAVASCRIPT = words(`async await break case catch class const continue default delete do else export extends
        finally for from function if import in instanceof let new of return static super switch this throw try typeof
        var void while yield true false null undefined`);
    const PYTHON = words(`and as assert async await break class continue def del elif else except finally for from
        global if import in is lambda not or pass raise return try while with yield True False None`);

    const SLASHES = /\/\/[^\n]*|\/\*[^]*?\*\//y;
    const HASH = /#[^\n]*/y;
    const DOUBLE = /b?r?"(?:\\[^]|[^"\\])*"/y;
    const SINGLE = /'(?:\\[^]|[^'\\\n])*'/y;
    // 'a' and b'\n', but no lifetime.
    const CHARACTER = /b?'(?:\\[^\n]{1,8}?|[^'\\\n])'/y;
    const TEMPLATE = /`(?:\\[^]|[^`\\])*`/y;
    const NUMBER = /\b(?:0x[\da-f_]+|0b[01_]+|\d[\d_]*(?:\.\d[\d_]*)?)(?:[iu](?:8|16|32|64|128|size)|f32|f64)?\b/iy;
    const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;

    const rust = [["comment", SLASHES], ["string", DOUBLE], ["string", CHARACTER], ["number", NUMBER], ["keyword", RUST]];
    const javascript = [["comment", SLASHES], ["string", DOUBLE], ["string", SINGLE], ["string", TEMPLATE],
        ["number", NUMBER], ["keyword", JAVASCRIPT]];
    const python = [["comment", HASH], ["string", DOUBLE], ["string", SINGLE], ["number", NUMBER], ["keyword", PYTHON]];
    const json = [["string", DOUBLE], ["number", NUMBER], ["keyword", words("true false null")]];
    const shell = [["comment", /(?<=^|\s)#[^\n]*/my], ["string", DOUBLE], ["string", SINGLE]];
    const toml = [["comment", HASH], ["string", DOUBLE], ["number", NUMBER], ["keyword", words("true false")]];
    const grammars = {
        rust, rs: rust, javascript, js: javascript, typescript: javascript, ts: javascript,
        python, py: python, json, sh: shell, bash: shell, shell, toml,
    };

    const span = (name, text) => {
        const element = document.createElement("span");
        element.className = name;
        element.textContent = text;
        return element;
    };

    const paint = (text, grammar) => {
        const painted = document.createDocumentFragment();
        let plain = "";
        for (let at = 0; at < text.length;) {
            const found = [...grammar, ["", WORD]].find(([, pattern]) => {
                pattern.lastIndex = at;
                return pattern.test(text);
            });
            const end = found ? found[1].lastIndex : at + 1;
            const piece = text.slice(at, end);
            if (found?.[0]) {
                painted.append(plain, span(found[0], piece));
                plain = "";
            } else {
                plain += piece;
            }
            at = end;
        }
        painted.append(plain);
        return painted;
    };

    // In a console, what one types stands behind "$ ".
    const console = (text) => {
        const painted = document.createDocumentFragment();
        for (const line of text.split(/(?<=\n)/)) {
            const command = /^\$ ([^\n]*)(\n?)$/.exec(line);
            if (command) painted.append(span("prompt", "$ "), span("command", command[1]), command[2]);
            else painted.append(line);
        }
        return painted;
    };

    for (const code of document.querySelectorAll("main pre > code[class*=language-]")) {
        const language = /language-([\w-]+)/.exec(code.className)?.[1];
        const isPlain = code.childElementCount === 0;
        if (isPlain && language === "console") code.replaceChildren(console(code.textContent));
        else if (isPlain && grammars[language]) code.replaceChildren(paint(code.textContent, grammars[language]));
    }
}
