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

// Where there is no room beside the page, the contents unfold.
{
    const toggle = document.getElementById("contents-toggle");
    const contents = document.getElementById("contents");
    toggle.hidden = false;
    document.documentElement.classList.add("folds");
    toggle.addEventListener("click", () => {
        const open = toggle.getAttribute("aria-expanded") !== "true";
        toggle.setAttribute("aria-expanded", String(open));
        contents.classList.toggle("open", open);
    });
    contents.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    scrollTo(0, 0);
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
