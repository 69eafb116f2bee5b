// The book as a learner meets it: in a real browser.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { BOOK, LANGUAGES, browserPath, launch, pages, serve } from "./site.js";

const skip = browserPath ? false : "no Chromium is installed, and none could be";
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [360, 768, 1280];
const PHONE = { width: 360, height: 800 };
const SCHEMES = ["light", "dark"];

describe("the book in a browser", { skip, concurrency: 4 }, () => {
    let site, browser;
    before(async () => {
        assert.ok(existsSync(join(BOOK, "index.html")), "there is no book yet: `cargo run -p harness -- book` builds it");
        site = await serve();
        browser = await launch();
    });
    after(async () => {
        await browser?.close();
        await site?.stop();
    });

    /** Does something in a browser window of its own. */
    async function inWindow(options, act) {
        const context = await browser.newContext(options);
        try {
            return await act(await context.newPage());
        } finally {
            await context.close();
        }
    }

    /** Hears what goes wrong on a page, and whom it asks for anything. */
    function listen(page) {
        const events = [];
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) events.push(`console: ${message.text()}`);
        });
        page.on("pageerror", (error) => events.push(`error: ${error}`));
        page.on("requestfailed", (request) => {
            // What was still on its way when another page was gone to was given up, and did not fail.
            if (request.failure().errorText !== "net::ERR_ABORTED") events.push(`failed: ${request.url()}`);
        });
        page.on("response", (response) => { if (!response.ok()) events.push(`${response.status()}: ${response.url()}`); });
        page.on("request", (request) => {
            if (!request.url().startsWith(`${site.origin}/`)) events.push(`request elsewhere: ${request.url()}`);
        });
        return { take: () => events.splice(0) };
    }

    /** What is to be seen on every page: by name, what tells what is wrong. */
    const looks = new Map();
    let found;

    /** Looks at every page of a language, each opened once: that takes longer than to look at it. */
    const visit = (language) => inWindow({ viewport: PHONE }, async (page) => {
        const wrong = new Map([...looks.keys()].map((name) => [name, []]));
        const events = listen(page);
        for (const path of pages().filter((path) => path.startsWith(language))) {
            await page.goto(`${site.origin}/${path}`);
            for (const [name, look] of looks) {
                wrong.get(name).push(...(await look(page, path, events)).map((what) => `${path}: ${what}`));
                await page.setViewportSize(PHONE);
            }
        }
        return wrong;
    });

    /** A test of what every page must be like. */
    function everyPage(name, look) {
        looks.set(name, look);
        it(name, async () => {
            found ??= Promise.all(LANGUAGES.map(visit));
            assert.deepEqual((await found).flatMap((wrong) => wrong.get(name)), []);
        });
    }

    it("has the same pages in both languages", () => {
        const [english, chinese] = LANGUAGES.map((language) =>
            pages().filter((path) => path.startsWith(language)).map((path) => path.slice(3)));
        assert.deepEqual(english, chinese);
        assert.ok(english.length > 30, `only ${english.length} pages`);
    });

    it("opens its entrance without an error, and asks nobody else for anything", () => inWindow({}, async (page) => {
        const events = listen(page);
        await page.goto(`${site.origin}/index.html`, { waitUntil: "networkidle" });
        assert.deepEqual(events.take(), []);
    }));

    it("opens from a file as well as from a server", () => inWindow({}, async (page) => {
        await page.goto(pathToFileURL(join(BOOK, "index.html")).href);
        await page.getByRole("link", { name: "English" }).click();
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
        assert.equal(await page.locator("h1").count(), 1);
    }));

    everyPage("leads to the same page in the other language", async (page, path) => {
        const [language, name] = path.split("/");
        const other = LANGUAGES.find((each) => each !== language);
        const tag = { en: "en", zh: "zh-Hans" };
        const wrong = [];
        if (await page.locator("html").getAttribute("lang") !== tag[language]) wrong.push(`the page is not marked ${tag[language]}`);
        const leads = await page.locator(`header a[hreflang="${tag[other]}"]`).evaluate((link) => link.href);
        if (leads !== `${site.origin}/${other}/${name}`) wrong.push(`leads to ${leads}`);
        return wrong;
    });

    everyPage("never scrolls sideways, however wide the window", async (page) => {
        const wrong = [];
        for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            wrong.push(...await page.evaluate((width) => {
                for (const details of document.querySelectorAll("details")) details.open = true;
                const tooWide = (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline";
                const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
                const root = document.scrollingElement;
                const elements = [...document.body.querySelectorAll("*")].filter((element) => tooWide(element) && scrolls(element));
                return [
                    root.scrollWidth > root.clientWidth ? [`is ${root.scrollWidth} wide at ${width} pixels`] : [],
                    elements.map((element) => `${element.tagName} scrolls at ${width} pixels`),
                ].flat();
            }, width));
        }
        return wrong;
    });

    everyPage("has code that goes on between words at 360 pixels, and never begins a line with an empty one", (page) =>
        page.evaluate(() => {
            for (const details of document.querySelectorAll("details")) details.open = true;
            const rows = (range) => new Set([...range.getClientRects()].filter((rect) => rect.width > 0).map((rect) => Math.round(rect.top))).size;
            const wrong = [];
            for (const line of document.querySelectorAll("pre .line")) {
                const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
                const range = document.createRange();
                let first;
                while (texts.nextNode()) {
                    const text = texts.currentNode;
                    if (first === undefined && text.data.trim()) {
                        const at = text.data.search(/\S/);
                        range.setStart(text, at);
                        range.setEnd(text, at + 1);
                        first = range.getBoundingClientRect().top;
                    }
                    for (const word of text.data.matchAll(/[\p{Script=Latin}\p{N}_]+/gu)) {
                        range.setStart(text, word.index);
                        range.setEnd(text, word.index + word[0].length);
                        if (rows(range) > 1) wrong.push(`“${word[0]}” is broken in ${line.textContent}`);
                    }
                }
                // A copy's button may stand beside it.
                if (first - line.getBoundingClientRect().top > 16) wrong.push(`an empty row before ${line.textContent}`);
            }
            return wrong;
        }));

    everyPage("has pictures with a name, a description, and text at least 10 pixels high at 360", (page) =>
        page.evaluate(() => [...document.querySelectorAll("main svg, main img")].flatMap((picture, index) => {
            const labels = (picture.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
            const told = (tag) => labels.some((label) => label?.tagName === tag && picture.contains(label) && label.textContent.trim());
            const height = (text) => parseFloat(getComputedStyle(text).fontSize) * picture.getScreenCTM().a;
            const small = [...picture.querySelectorAll("text")].filter((text) => height(text) < 10);
            const of = `picture ${index + 1}`;
            return [
                picture.getAttribute("role") === "img" ? [] : [`${of} has no role`],
                told("title") ? [] : [`${of} has no name`],
                told("desc") ? [] : [`${of} has no description`],
                small.length ? [`${small.length} words of ${of} are ${height(small[0]).toFixed(1)} pixels high`] : [],
            ].flat();
        })));

    it("shows the contents on a phone after scrolling, and hides them again", () => inWindow({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
        await page.goto(`${site.origin}/en/lock-counter.html`);
        await page.evaluate(() => scrollTo(0, 2000));
        const entry = page.locator("#contents").getByRole("link", { name: "A lock: exactly 2,000,000" });
        // As a finger does it: the browser's driver would scroll to what it taps.
        const tap = async () => {
            const { x, y } = await page.getByRole("button", { name: "Contents" }).boundingBox();
            await page.touchscreen.tap(x + 9, y + 9);
        };
        assert.ok(await entry.isHidden());
        await tap();
        const { y, height } = await entry.boundingBox();
        assert.ok(y > 0 && y + height < 740, `it is at ${y}`);
        await page.keyboard.press("Escape");
        assert.ok(await entry.isHidden());
        assert.equal(await page.evaluate(() => scrollY), 2000);
        await tap();
        await page.locator("#contents").getByRole("link", { name: "Lost updates" }).tap();
        await page.waitForURL(/thread-race/);
    }));

    it("comes to the text by one key, and within few without it", () => inWindow({}, async (page) => {
        await page.goto(`${site.origin}/zh/lock-order.html`);
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "text");
        await page.goto(`${site.origin}/zh/lock-order.html`);
        let stops = 0;
        do {
            await page.keyboard.press("Tab");
            stops += 1;
        } while (!await page.evaluate(() => document.activeElement.closest("main")) && stops < 50);
        assert.ok(stops <= 7, `${stops} stops`);
    }));

    it("is printed light, also where the system or the reader chose dark", () => inWindow({ colorScheme: "dark" }, async (page) => {
        const paper = () => page.evaluate(() => [document.body, document.querySelector(".timeline-paper")].map((element) =>
            getComputedStyle(element)[element === document.body ? "backgroundColor" : "fill"]));
        const light = ["rgb(253, 252, 249)", "rgb(253, 252, 249)"];
        await page.goto(`${site.origin}/en/lock-order.html`);
        assert.notDeepEqual(await paper(), light);
        await page.emulateMedia({ media: "print", colorScheme: "dark" });
        assert.deepEqual(await paper(), light);
        await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
        assert.deepEqual(await paper(), light);
        assert.ok(await page.locator("header").isHidden());
    }));

    for (const [language, asked, wanted] of [
        ["en", "why is an update lost", "Lost updates"],
        ["en", "getpid", "Process ids"],
        ["zh", "竞争", "资源竞争"],
        ["zh", "守护线程", "守护线程"],
        ["zh", "join", "线程等待"],
    ]) {
        it(`finds “${asked}” in ${language}, from a file`, () => inWindow({}, async (page) => {
            await page.goto(pathToFileURL(join(BOOK, language, "index.html")).href);
            await page.keyboard.press("/");
            await page.keyboard.type(asked);
            const first = page.locator("#search li").first();
            await first.waitFor();
            const told = await page.locator("#search li").allInnerTexts();
            assert.ok(told.slice(0, 3).some((each) => each.includes(wanted)), told.slice(0, 3).join("\n"));
            assert.ok(await first.locator("mark").count() > 0, "nothing is marked");
            await page.keyboard.press("Enter");
            await page.waitForURL((url) => !url.pathname.endsWith("index.html"));
            assert.ok(await page.locator("h1").isVisible());
        }));
    }

    it("says that nothing was found, and lets go", () => inWindow({ viewport: { width: 360, height: 740 } }, async (page) => {
        await page.goto(`${site.origin}/en/lock-order.html`);
        await page.getByRole("button", { name: "Search" }).click();
        await page.keyboard.type("zeppelin");
        await page.locator("#search [role=status]").filter({ hasText: "Nothing was found" }).waitFor();
        assert.equal(await page.locator("#search li").count(), 0);
        await page.getByRole("button", { name: "Close" }).click();
        assert.ok(await page.locator("#search").isHidden());
    }));

    it("copies a program, and of a terminal the commands", () => inWindow({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
        const taken = () => page.evaluate(() => navigator.clipboard.readText());
        await page.goto(`${site.origin}/en/lock-order.html`);
        await page.locator("pre:has(.language-rust) .copy").click();
        await page.locator("pre:has(.language-rust) .copy", { hasText: "Copied" }).waitFor();
        assert.equal(await taken(), await readFile(join(BOOK, "../../examples-bin/lock-order/src/main.rs"), "utf8"));
        await page.locator("pre:has(.language-console) .copy").click();
        await page.locator("pre:has(.language-console) .copy", { hasText: "Copied" }).waitFor();
        assert.equal(await taken(), "cargo run -p lock-order\ncargo run -p harness -- check lock-order\n");
    }));

    it("tells of a page that there is not, and leads back from any depth", () => inWindow({}, async (page) => {
        for (const path of ["nothing.html", "en/nothing.html", "zh/deep/er/nothing.html"]) {
            const response = await page.goto(`${site.origin}/${path}`);
            assert.equal(response.status(), 404);
            await page.getByRole("link").last().click();
            assert.ok(page.url().endsWith("/zh/index.html"), page.url());
        }
    }));

    // In another theme nothing is otherwise but colours, which these rules alone ask for.
    everyPage("is accessible in each theme", async (page) => {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
        await page.evaluate(AXE);
        const wrong = [];
        for (const [colorScheme, rules] of [["dark", { runOnly: ["color-contrast", "link-in-text-block"] }], ["light", {}]]) {
            await page.emulateMedia({ colorScheme });
            const { violations } = await page.evaluate((rules) => axe.run(document, { resultTypes: ["violations"], ...rules }), rules);
            wrong.push(...violations.map(({ id, impact, nodes }) => `${colorScheme}: ${impact}: ${id}: ${nodes[0].target} ${nodes[0].failureSummary}`));
        }
        return wrong;
    });

    // The last of them, so that there was time for all that a page may ask for.
    everyPage("opens every page without an error, and asks nobody else for anything", (page, path, events) => events.take());

    for (const colorScheme of SCHEMES) {
        it(`has pictures with enough contrast in the ${colorScheme} theme`, () => inWindow({ colorScheme }, async (page) => {
            await page.goto(`${site.origin}/en/index.html`);
            const faint = await page.evaluate(() => {
                const probe = document.body.appendChild(document.createElement("i"));
                const channels = (name) => {
                    probe.style.color = `var(${name})`;
                    return getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).map((value) => {
                        const share = value / 255;
                        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
                    });
                };
                const luminance = (name) => channels(name).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
                const paper = luminance("--timeline-paper");
                const names = ["ink", "faint", "kill", 0, 1, 2, 3, 4, 5, 6, 7, 8].map((name) => `--timeline-${name}`);
                const contrast = (name) => {
                    const [dark, light] = [luminance(name), paper].sort((one, other) => one - other);
                    return (light + 0.05) / (dark + 0.05);
                };
                return names.map((name) => [name, contrast(name)]).filter(([, contrast]) => contrast < 4.5);
            });
            assert.deepEqual(faint, []);
        }));
    }

    it("keeps the theme that was chosen", () => inWindow({ colorScheme: "light" }, async (page) => {
        const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.goto(`${site.origin}/en/index.html`);
        const light = await paper();
        await page.getByRole("button", { name: "Dark" }).click();
        const dark = await paper();
        assert.notEqual(dark, light);
        await page.goto(`${site.origin}/zh/status.html`);
        assert.equal(await paper(), dark);
    }));

    it("unfolds the check that a mark leads to", () => inWindow({}, async (page) => {
        await page.goto(`${site.origin}/en/lock-counter.html`);
        const link = page.locator(".claims a[href*='#always-1']").first();
        await link.click();
        await page.locator("#always-1").waitFor({ state: "visible" });
        assert.match(await page.locator("#always-1").innerText(), /in_print_order/);
    }));

    it("can be read without JavaScript", () => inWindow({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } }, async (page) => {
        await page.goto(`${site.origin}/en/lock-counter.html`);
        assert.ok(await page.locator("#contents").getByRole("link", { name: "Lost updates" }).isVisible());
        assert.ok(await page.locator("pre").first().isVisible());
        await page.locator("header a[hreflang]").click();
        assert.ok(page.url().endsWith("/zh/lock-counter.html"));
    }));

    describe("every schedule, seen", () => {
        const says = (page) => page.locator("#stepper .says").innerText();
        const cell = (page, name) => page.locator(`#stepper [data-cell=${name}]`).innerText();
        const state = async (page) => [await cell(page, "counter"), await cell(page, "A"), await cell(page, "B")];

        /** Opens the page and comes to the stepper by Tab alone. */
        async function tabTo(page, selector) {
            for (let presses = 0; presses < 300; presses++) {
                await page.keyboard.press("Tab");
                if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
            }
            assert.fail(`Tab never comes to ${selector}`);
        }
        async function press(page, keys) {
            for (const key of keys) await page.keyboard.press(key);
        }

        it("loses an update by keyboard alone", () => inWindow({}, async (page) => {
            await page.goto(`${site.origin}/en/race-schedules.html`);
            await tabTo(page, "#stepper");
            await press(page, ["a"]);
            assert.deepEqual(await state(page), ["0", "0", "–"]);
            await press(page, ["b", "a", "b"]);
            assert.deepEqual(await state(page), ["0", "1", "1"]);
            await press(page, ["a", "b"]);
            assert.deepEqual(await state(page), ["1", "1", "1"]);
            assert.match(await says(page), /an update is lost/);
            await press(page, ["u", "Backspace"]);
            assert.deepEqual(await state(page), ["0", "1", "1"]);
        }));

        it("keeps every update one after the other", () => inWindow({}, async (page) => {
            await page.goto(`${site.origin}/en/race-schedules.html`);
            await tabTo(page, "#stepper");
            await press(page, ["b", "b", "b", "a", "a", "a"]);
            assert.deepEqual(await state(page), ["2", "2", "1"]);
            assert.match(await says(page), /no update is lost/);
        }));

        it("shows that with a lock every schedule was tried in vain", () => inWindow({}, async (page) => {
            await page.goto(`${site.origin}/en/race-schedules.html`);
            await tabTo(page, "#stepper [data-mode=locked]");
            await press(page, ["Enter", "a", "b"]);
            assert.match(await says(page), /B waits: A holds the lock/);
            assert.equal(await cell(page, "lock"), "A");
            await press(page, ["a", "b"]);
            assert.match(await says(page), /B waits/);
            await press(page, ["a", "b", "b", "b"]);
            assert.deepEqual(await state(page), ["2", "1", "2"]);
            assert.doesNotMatch(await says(page), /can't be done/);
            await press(page, ["r", "b", "b", "b", "a", "a", "a"]);
            assert.match(await says(page), /can't be done/);
        }));

        it("steps through each schedule of the list to the sum that the list tells", () => inWindow({}, async (page) => {
            await page.goto(`${site.origin}/en/race-schedules.html`);
            const rows = page.locator(".schedules [data-schedule]");
            const count = await rows.count();
            assert.ok(count > 2, `${count} schedules`);
            for (let index = 0; index < count; index++) {
                const row = rows.nth(index);
                const sum = await row.locator(".sum").innerText();
                await row.getByRole("button").click();
                while (await page.locator("#stepper").getByRole("button", { name: "Next step" }).isVisible()) {
                    await page.keyboard.press("n");
                }
                assert.equal(await cell(page, "counter"), sum[0]);
                assert.match(await says(page), sum.includes("lost") ? /an update is lost/ : /no update is lost/);
            }
        }));

        it("works by touch on a phone", () => inWindow({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
            await page.goto(`${site.origin}/zh/race-schedules.html`);
            for (const thread of ["A", "B", "A", "B", "A", "B"]) await page.locator(`#stepper [data-thread=${thread}]`).tap();
            assert.match(await says(page), /丢了一次更新/);
        }));

        it("is a table without JavaScript", () => inWindow({ javaScriptEnabled: false }, async (page) => {
            await page.goto(`${site.origin}/en/race-schedules.html`);
            assert.ok(await page.locator("#stepper").isHidden());
            assert.equal(await page.locator(".schedules[data-how=unlocked] tbody tr").count(), 6);
            assert.match(await page.locator(".schedules[data-how=locked]").innerText(), /A reads 0/);
        }));
    });
});
