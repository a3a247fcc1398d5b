// What a page needs beside its text: colours, contents, copying.
"use strict";

// searcher.js asks this before it takes a key for itself.
function mdbook_something_else_has_focus(event) {
    const target = event.composedPath()[0] ?? event.target;
    return /^(input|select|textarea)$/i.test(target.nodeName) || target.isContentEditable;
}

{
    const page = document.documentElement.classList;
    const keep = (name, value) => {
        // Where nothing may be kept, the choice holds for this page.
        try { localStorage.setItem(name, value); } catch {}
    };

    const theme = document.getElementById("theme");
    theme.value = ["light", "dark"].find((name) => page.contains(name)) ?? "auto";
    theme.addEventListener("change", () => {
        page.remove("auto", "light", "dark");
        page.add(theme.value);
        keep("theme", theme.value);
    });

    // Beside the text where there is room, over it where there is not.
    const contents = document.getElementById("contents");
    const toggle = document.getElementById("contents-toggle");
    const roomy = matchMedia("(min-width: 70rem)");
    const isOpen = () => roomy.matches ? !page.contains("contents-closed") : page.contains("contents-open");
    const tell = () => toggle.setAttribute("aria-expanded", isOpen());
    const open = (wanted) => {
        if (roomy.matches) {
            page.toggle("contents-closed", !wanted);
            keep("contents", wanted ? "open" : "closed");
        } else {
            page.toggle("contents-open", wanted);
        }
        tell();
    };
    toggle.addEventListener("click", () => {
        open(!isOpen());
        if (isOpen() && !roomy.matches) (contents.querySelector("a.active") ?? contents.querySelector("a"))?.focus();
    });
    roomy.addEventListener("change", tell);
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !page.contains("contents-open")) return;
        open(false);
        toggle.focus();
    });
    document.addEventListener("pointerdown", (event) => {
        if (page.contains("contents-open") && !contents.contains(event.target) && event.target !== toggle) open(false);
    });
    contents.querySelector("a.active")?.setAttribute("aria-current", "page");
    tell();

    // The empty corner of a table heads nothing.
    for (const corner of document.querySelectorAll("main th:empty")) {
        corner.replaceWith(document.createElement("td"));
    }

    // What is wider than the page can be scrolled by keyboard too.
    const wide = document.querySelectorAll("main :is(pre, .table-wrapper, .scroll)");
    const watcher = new ResizeObserver((entries) => {
        for (const { target } of entries) {
            if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
            else target.removeAttribute("tabindex");
        }
    });
    wide.forEach((element) => watcher.observe(element));

    // Prompts and their output are to be read; a listing is to be taken along.
    if (navigator.clipboard) {
        for (const code of document.querySelectorAll("main pre > code")) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "copy";
            button.textContent = "Copy";
            button.addEventListener("click", async () => {
                const commands = [...code.querySelectorAll(".command")].map((line) => line.textContent);
                await navigator.clipboard.writeText(commands.join("\n") || code.textContent);
                button.textContent = "Copied";
                setTimeout(() => { button.textContent = "Copy"; }, 2000);
            });
            code.after(button);
        }
    }
}
