// Ties bytes and fields together: what belongs together is marked together,
// whether it is looked at by mouse, by touch or by keyboard.
"use strict";

{
    const depth = (row) => Number(/depth-(\d+)/.exec(row.className)?.[1] ?? 0);

    // A field is itself and what is inside it: the deeper rows behind it.
    const family = (row) => {
        const rows = [row];
        for (let next = row.nextElementSibling; next && depth(next) > depth(row); next = next.nextElementSibling) {
            rows.push(next);
        }
        return rows;
    };

    // The bits of a byte have no bytes of their own: they are in those above them.
    const holder = (row) => {
        while (row?.classList.contains("bits")) row = row.previousElementSibling;
        return row;
    };

    const tie = (passage) => {
        const rows = [...passage.querySelectorAll("tbody tr[id]")];
        const links = new Map();
        for (const link of passage.querySelectorAll(".bytes-hex a")) {
            links.set(link.hash.slice(1), link);
        }
        // Each name leads to its own row, so that it can be linked to from elsewhere.
        for (const row of rows) {
            const name = row.querySelector("th");
            if (!name || name.querySelector("a")) continue;
            const link = document.createElement("a");
            link.href = `#${row.id}`;
            link.append(...name.childNodes);
            name.append(link);
        }
        const names = rows.map((row) => row.querySelector("th a"));

        const untie = () => {
            for (const marked of passage.querySelectorAll(".tied, .within")) marked.classList.remove("tied", "within");
        };
        const show = (row) => {
            untie();
            row.classList.add("tied");
            links.get(holder(row).id)?.classList.add("tied");
            for (const inner of family(row).slice(1)) {
                inner.classList.add("within");
                links.get(inner.id)?.classList.add("tied");
            }
        };
        const rowOf = (element) => {
            const link = element.closest?.(".bytes-hex a");
            return link ? document.getElementById(link.hash.slice(1)) : element.closest?.("tbody tr[id]");
        };
        const look = (event) => {
            const row = rowOf(event.target);
            if (row && passage.contains(row)) show(row);
        };
        passage.addEventListener("pointerover", look);
        passage.addEventListener("focusin", look);
        const away = () => {
            const row = passage.contains(document.activeElement) && rowOf(document.activeElement);
            if (row) show(row);
            else untie();
        };
        passage.addEventListener("pointerleave", away);
        passage.addEventListener("focusout", () => queueMicrotask(away));

        // Arrows go from field to field, among the bytes and down the table.
        passage.addEventListener("keydown", (event) => {
            if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
            const link = event.target.closest?.("a");
            const line = [[...links.values()], names].find((line) => line.includes(link));
            if (!line) return;
            const at = line.indexOf(link);
            const to = {
                ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1,
                Home: 0, End: line.length - 1,
            }[event.key];
            if (line[to]) {
                event.preventDefault();
                line[to].focus();
            }
        });

        // One stop for Tab in each line; the arrows do the rest.
        for (const line of [[...links.values()], names]) {
            line.forEach((link, index) => { link.tabIndex = index === 0 ? 0 : -1; });
            const stop = (event) => {
                if (!line.includes(event.target)) return;
                line.forEach((link) => { link.tabIndex = link === event.target ? 0 : -1; });
            };
            passage.addEventListener("focusin", stop);
        }
    };

    const tieAll = (within) => within.querySelectorAll(".bytes-passage").forEach(tie);
    tieAll(document);
    // What is drawn later, too.
    document.addEventListener("bytes:drawn", (event) => tieAll(event.target));
}
