// Places to try something: what is typed goes to the decoders behind `cargo explore`,
// and what they say is shown. A static site has no decoders: there, the sentence stays.

const isLive = document.querySelector("script[data-socket]") !== null;
const root = new URL(path_to_root || "./", location.href);

const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
};

// Asks for each state of a field, one question at a time; the newest counts.
const asker = (path, show) => {
    let next = null;
    let isAsking = false;
    return async (text) => {
        next = text;
        if (isAsking) return;
        isAsking = true;
        while (next !== null) {
            const body = next;
            next = null;
            let answer;
            try {
                const response = await fetch(new URL(path, root), { method: "POST", body });
                answer = await response.json();
            } catch {
                answer = { error: "there is no answer; does cargo explore still run?" };
            }
            if (next === null) show(answer);
        }
        isAsking = false;
    };
};

let places = 0;
const field = (kind, label, value) => {
    const id = `try-${++places}`;
    const input = element(kind, { id, value, spellcheck: false, autocomplete: "off" });
    input.setAttribute("autocapitalize", "off");
    return { input, label: element("label", { htmlFor: id, textContent: label }) };
};

const tryKey = (place) => {
    const { input, label } = field("input", "A Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    const said = element("p", { className: "wrong" });
    said.setAttribute("role", "status");
    const steps = element("dl", { className: "steps" });
    const ask = asker("try/key", ({ steps: list = [], refusal, error }) => {
        said.textContent = error ?? (refusal ? `a server refuses this key: ${refusal}` : "");
        steps.replaceChildren(...list.flatMap(({ name, value, note }) => [
            element("dt", { textContent: name }),
            element("dd", {}, element("code", { textContent: value }), element("small", { textContent: note })),
        ]));
    });
    input.addEventListener("input", () => ask(input.value));
    place.replaceChildren(label, input, said, steps);
    ask(input.value);
};

// The digits of a picture of bits become buttons: each flips its bit.
const armBits = (figure, flip) => {
    for (const row of figure.querySelectorAll("tr.bits")) {
        let holder = row;
        while (holder.classList.contains("bits")) holder = holder.previousElementSibling;
        const start = parseInt(holder.querySelector(".offset").textContent, 16);
        const name = row.querySelector("th").textContent;
        const digits = row.querySelector(".digits");
        let at = -1;
        digits.replaceChildren(...[...digits.textContent].map((digit) => {
            if (digit !== " ") at += 1;
            if (digit !== "0" && digit !== "1") return digit;
            const bit = 8 * start + at;
            const button = element("button", { type: "button", className: "bit", textContent: digit });
            button.dataset.bit = bit;
            button.setAttribute("aria-label", `${name}: flip bit ${at % 8} of byte ${start + Math.floor(at / 8)}, now ${digit}`);
            button.addEventListener("click", () => flip(bit));
            return button;
        }));
    }
};

const tryBytes = (place) => {
    const { bytes, fixture = "", from = "" } = place.dataset;
    const { input, label } = field("textarea", "Bytes: hexadecimal, or \"text\" in quotes", bytes);
    const said = element("p", { className: "wrong" });
    said.setAttribute("role", "status");
    const shown = element("div");
    const query = new URLSearchParams({ like: fixture, from });
    let read = [];
    const flip = (bit) => {
        read[bit >> 3] ^= 0x80 >> (bit & 7);
        input.value = read.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        ask(input.value);
    };
    const show = ({ bytes: hex, html, error }) => {
        said.textContent = error ?? "";
        if (error) return;
        read = hex.split(" ").map((byte) => parseInt(byte, 16));
        const focused = shown.contains(document.activeElement) && document.activeElement.dataset.bit;
        // The server has escaped what was typed.
        shown.innerHTML = html;
        const broken = shown.querySelectorAll("aside.rule").length;
        if (broken > 0) said.textContent = broken === 1 ? "A rule is broken." : `${broken} rules are broken.`;
        armBits(shown, flip);
        if (focused) shown.querySelector(`[data-bit="${focused}"]`)?.focus();
        shown.dispatchEvent(new CustomEvent("bytes:drawn", { bubbles: true }));
    };
    const ask = asker(`try/bytes?${query}`, show);
    input.addEventListener("input", () => ask(input.value));
    const reset = element("button", { type: "button", textContent: "As it was" });
    reset.addEventListener("click", () => {
        input.value = bytes;
        ask(bytes);
    });
    place.replaceChildren(label, input, reset, said, shown);
    ask(bytes);
};

if (isLive) {
    const kinds = { key: tryKey, bytes: tryBytes };
    for (const place of document.querySelectorAll(".try[data-try]")) kinds[place.dataset.try]?.(place);
}
