// Search: a page's parts in which the words stand, the best first. What is looked through, `words.js`, is loaded when it is
// first asked for; as a script it also is where the book is opened from a file.

"use strict";

{
    const dialog = document.getElementById("search");
    const [form, field, close, status, list] = ["form", "input", "button", "[role=status]", "ol"].map((of) => dialog.querySelector(of));
    const SHOWN = 20;
    const EXCERPT = 70;
    /** A word in a title says more of a part than one in its text. */
    const WEIGHTS = { title: 5, heading: 4, text: 1 };

    /** Words; and of Chinese, which has no spaces between them, each two characters that stand side by side. */
    function terms(text) {
        const runs = text.toLowerCase().match(/\p{Script=Han}+|[\p{Script=Latin}\p{N}_]+/gu) ?? [];
        return runs.flatMap((run) => {
            if (!/^\p{Script=Han}{2}/u.test(run)) return [run];
            const characters = [...run];
            return characters.slice(1).map((last, index) => characters[index] + last);
        });
    }

    /** Of each part, how much each of its terms says of it. */
    function weighed(part) {
        const weights = new Map();
        for (const [where, weight] of Object.entries(WEIGHTS)) {
            for (const term of terms(part[where])) weights.set(term, (weights.get(term) ?? 0) + weight);
        }
        return weights;
    }

    /** How much of a part is about a term: all that begin with it count, and less if they go on. */
    function about(weights, term) {
        let sum = 0;
        for (const [known, weight] of weights) {
            if (known === term) sum += weight;
            else if (term.length > 2 && known.startsWith(term)) sum += weight / 2;
            else if (/^\p{Script=Han}$/u.test(term) && known.includes(term)) sum += weight / 2;
        }
        return Math.sqrt(sum);
    }

    /** The parts that hold most of what is asked for. A term counts the more, the fewer hold it; one that none holds does not. */
    function found(parts, asked) {
        const columns = asked.map((term) => parts.map(({ weights }) => about(weights, term)));
        const held = columns.filter((column) => column.some((weight) => weight > 0)).map((column) => {
            const rarity = Math.log(1 + parts.length / column.filter((weight) => weight > 0).length);
            return { column, rarity };
        });
        const sum = (of) => held.reduce((sum, each) => sum + of(each), 0);
        const all = sum(({ rarity }) => rarity);
        const ranked = parts.map((part, index) => {
            const share = sum(({ column, rarity }) => (column[index] > 0 ? rarity : 0)) / all;
            return { part, share, score: share ** 2 * sum(({ column, rarity }) => column[index] * rarity) };
        });
        return ranked.filter(({ share }) => share > 0.6).sort((one, other) => other.score - one.score).map(({ part }) => part);
    }

    const element = (tag, properties, ...inside) => {
        const made = Object.assign(document.createElement(tag), properties);
        made.append(...inside);
        return made;
    };

    /** What finds the terms in a text. */
    const pattern = (asked) => {
        const begins = (term) => (/^\p{Script=Han}/u.test(term) ? term : `(?<![\\p{L}\\p{N}_])${term}`);
        return new RegExp(`(${asked.map(begins).join("|")})`, "giu");
    };

    /** A text with the terms marked. */
    function marked(text, asked) {
        return text.split(pattern(asked)).map((piece, index) => (index % 2 ? element("mark", {}, piece) : piece));
    }

    /** What stands around the first of the terms. */
    function excerpt(text, asked) {
        const at = Math.max(0, text.search(pattern(asked)));
        const start = at > EXCERPT ? text.slice(0, at - EXCERPT / 2).search(/\S*$/) : 0;
        const end = at + EXCERPT * 2;
        return element("p", {}, start > 0 ? "…" : "", ...marked(text.slice(start, end), asked), end < text.length ? "…" : "");
    }

    function result({ page, anchor, title, heading, text }, asked) {
        const name = heading === title ? title : `${title} › ${heading}`;
        const link = element("a", { href: `${page}.html${anchor && `#${anchor}`}` }, ...marked(name, asked));
        // What it leads to may stand on this page.
        link.addEventListener("click", () => dialog.close());
        return element("li", {}, link, excerpt(text, asked));
    }

    let parts;
    /** The parts of all pages, once they are loaded. */
    function loaded() {
        parts ??= new Promise((resolve, reject) => {
            const script = element("script", { src: dialog.dataset.index, onerror: reject });
            const part = (page, title, [anchor, heading, text]) => ({ page, title, anchor, heading, text, weights: weighed({ title, heading, text }) });
            script.onload = () => resolve(window.WORDS.flatMap(([page, title, parts]) => parts.map((each) => part(page, title, each))));
            document.head.append(script);
        });
        return parts;
    }

    async function search() {
        const known = await loaded();
        const asked = [...new Set(terms(field.value))];
        const all = found(known, asked);
        status.textContent = asked.length === 0 ? "" : all.length === 0 ? dialog.dataset.none : `${dialog.dataset.found}${all.length}`;
        list.replaceChildren(...all.slice(0, SHOWN).map((part) => result(part, asked)));
    }

    function open() {
        if (dialog.open) return;
        dialog.showModal();
        field.select();
        loaded();
    }

    const opener = document.getElementById("search-open");
    opener.hidden = false;
    opener.addEventListener("click", open);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    field.addEventListener("input", search);
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        await search();
        list.querySelector("a")?.click();
    });
    addEventListener("keydown", (event) => {
        if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
        event.preventDefault();
        open();
    });
}
