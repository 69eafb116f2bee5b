// What a page does beyond being read: all of it works without.

"use strict";

// Light or dark: what was chosen, or else what the system prefers.
{
    const root = document.documentElement;
    const toggle = document.getElementById("theme-toggle");
    const prefersDark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
    const label = () => { toggle.textContent = isDark() ? toggle.dataset.light : toggle.dataset.dark; };
    toggle.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        try { localStorage.setItem("theme", root.dataset.theme); } catch (e) { /* it holds for this page */ }
        label();
    });
    prefersDark.addEventListener("change", label);
    label();
    toggle.hidden = false;
}

// Where there is no room beside the page, the contents unfold over it.
{
    const toggle = document.getElementById("contents-toggle");
    const contents = document.getElementById("contents");
    const current = contents.querySelector("[aria-current]");
    // The list is longer than the window.
    const showCurrent = () => { contents.scrollTop = current.offsetTop - contents.clientHeight / 2; };
    const unfold = (open) => {
        toggle.setAttribute("aria-expanded", String(open));
        contents.classList.toggle("open", open);
        if (open) showCurrent();
        (open ? current : toggle).focus({ preventScroll: true });
    };
    const isOpen = () => contents.classList.contains("open");
    toggle.hidden = false;
    document.documentElement.classList.add("folds");
    toggle.addEventListener("click", () => unfold(!isOpen()));
    addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen()) unfold(false); });
    showCurrent();
}

// A link to something folded unfolds it.
{
    const unfold = () => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (!target) return;
        const inside = target.matches("#golden") ? target.querySelector("details") : null;
        for (const details of [inside, target.closest("details")]) {
            if (details) details.open = true;
        }
        target.scrollIntoView();
    };
    addEventListener("hashchange", unfold);
    if (location.hash) unfold();
}

// What a block of code holds can be taken along; of a terminal's, the commands.
{
    const main = document.getElementById("text");
    const taken = (code) => {
        const text = code.textContent;
        if (!code.matches(".language-console")) return text;
        return text.split("\n").filter((line) => line.startsWith("$ ")).map((line) => `${line.slice(2)}\n`).join("");
    };
    // Where the clipboard can't be written to, what is selected can still be copied.
    const select = (text) => {
        const field = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
        field.select();
        document.execCommand("copy");
        field.remove();
    };
    for (const code of document.querySelectorAll("pre > code:is(.language-rust, .language-python, .language-toml, .language-console)")) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: main.dataset.copy });
        button.addEventListener("click", async () => {
            await navigator.clipboard?.writeText(taken(code)).catch(() => select(taken(code))) ?? select(taken(code));
            for (const other of document.querySelectorAll(".copy")) other.textContent = main.dataset.copy;
            button.textContent = main.dataset.copied;
        });
        code.before(button);
    }
}
