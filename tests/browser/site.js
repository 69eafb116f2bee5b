// The built book, served on this machine alone, and a browser that can reach nothing else.

import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { chromium } from "playwright-core";

export const BOOK = resolve(import.meta.dirname, "../../target/book");
export const LANGUAGES = ["en", "zh"];

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of the distribution's packages; undefined where there is none. */
export const browserPath = BROWSERS.find((path) => path && existsSync(path));

/** Every page of the book but its entrance, as `en/process-ids.html`. */
export function pages() {
    const pagesIn = (language) => readdirSync(join(BOOK, language))
        .filter((name) => name.endsWith(".html"))
        .map((name) => `${language}/${name}`);
    return LANGUAGES.flatMap(pagesIn);
}

const TYPES = {
    ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".svg": "image/svg+xml",
};

/** Serves the book on the loopback address, and its page for what there is not; where it is, and how to stop it. */
export async function serve() {
    const server = createServer(async (request, response) => {
        const path = normalize(decodeURIComponent(new URL(request.url, "http://book").pathname));
        try {
            const body = await readFile(join(BOOK, path));
            response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
        } catch {
            response.writeHead(404, { "content-type": TYPES[".html"] }).end(await readFile(join(BOOK, "404.html")));
        }
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    const stop = () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); });
    return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}

/** A browser with an empty profile, to which only this machine exists. */
export function launch() {
    return chromium.launch({
        executablePath: browserPath,
        args: [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    });
}
