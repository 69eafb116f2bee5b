// The page on which the reader is the scheduler.
//
// What may happen next is read from the schedules that the lesson's search found, and from nothing else: a thread may
// load or store where a found schedule goes on so. Adding happens in a thread's own register, where nobody sees it;
// the search need not order it, so it may come at any time between the two.

"use strict";

{
    const WORDS = {
        en: {
            group: "Be the scheduler", colon: ": ",
            modes: { unlocked: "Without a lock", locked: "With a lock" },
            tasks: { unlocked: "Lose an update: make both threads add 1, and the counter end at 1.",
                     locked: "Now lose one although a lock is held." },
            steps: { reads: "load", adds: "add 1", writes: "store", waits: "waits", done: "done" },
            told: { reads: (t, v) => `${t} loads ${v} from the counter.`, adds: (t, v) => `${t} adds 1: its register holds ${v}.`,
                    writes: (t, v) => `${t} stores ${v} in the counter.` },
            waits: (t, by) => `${t} waits: ${by} holds the lock. No schedule lets ${t} go on here.`,
            ended: (t) => `${t} has nothing left to do.`,
            counter: "Counter", register: (t) => `Register of ${t}`, lock: "Lock", free: "free",
            undo: "Undo", restart: "Start again", next: "Next step", nothing: "There is nothing to undo.",
            start: "The counter is 0. Who goes first?",
            lost: (n, of) => `Two additions, and the counter is 1: an update is lost. This was schedule ${n} of ${of}.`,
            kept: (n, of) => `The counter is 2: no update is lost. This was schedule ${n} of ${of}.`,
            vain: (of) => `You have tried all ${of}, and so has the search: with the lock every schedule ends at 2. It can't be done.`,
            follow: "Step through", following: (n) => `Following schedule ${n}: “Next step” goes on.`,
            keys: "Keys, once this box has the focus: A and B take a step, U undoes, N takes the next step of a schedule, R starts again.",
        },
        zh: {
            group: "由你来调度", colon: "：",
            modes: { unlocked: "不加锁", locked: "加锁" },
            tasks: { unlocked: "任务：让两个线程各加一次 1，而计数器最后是 1，也就是丢掉一次更新。",
                     locked: "任务：现在有锁，再试着丢掉一次更新。" },
            steps: { reads: "读取", adds: "加 1", writes: "写回", waits: "等待", done: "完成" },
            told: { reads: (t, v) => `${t} 从计数器读到 ${v}。`, adds: (t, v) => `${t} 加 1：寄存器里是 ${v}。`,
                    writes: (t, v) => `${t} 把 ${v} 写回计数器。` },
            waits: (t, by) => `${t} 在等待：锁在 ${by} 手里。没有任何调度能让 ${t} 在这里继续。`,
            ended: (t) => `${t} 已经做完了。`,
            counter: "计数器", register: (t) => `${t} 的寄存器`, lock: "锁", free: "空闲",
            undo: "撤销", restart: "重新开始", next: "下一步", nothing: "没有可以撤销的步骤。",
            start: "计数器是 0。让谁先走？",
            lost: (n, of) => `加了两次，计数器却是 1：丢了一次更新。这是 ${of} 种调度中的第 ${n} 种。`,
            kept: (n, of) => `计数器是 2：没有丢失更新。这是 ${of} 种调度中的第 ${n} 种。`,
            vain: (of) => `全部 ${of} 种你都试过了，穷举搜索也都试过了：加锁以后，每一种调度的结果都是 2。办不到。`,
            follow: "逐步走", following: (n) => `正在走第 ${n} 种调度：按“下一步”继续。`,
            keys: "按键（先让焦点进入这个框）：A、B 各走一步，U 撤销，N 走所选调度的下一步，R 重新开始。",
        },
    };

    const stepper = document.getElementById("stepper");
    if (stepper) begin(stepper, JSON.parse(document.getElementById("schedules-data").textContent));

    function begin(stepper, data) {
        const words = WORDS[stepper.dataset.language];
        const THREADS = ["A", "B"];
        let how = "unlocked";
        let path = [];
        let followed = null;
        const tried = { unlocked: new Set(), locked: new Set() };

        // What the search's schedules say.
        const same = (one, other) => one.thread === other.thread && one.does === other.does && one.value === other.value;
        const shared = () => path.filter((step) => step.does !== "adds");
        const possible = () => {
            const begun = shared();
            return data[how].filter((schedule) => begun.every((step, at) => same(step, schedule.steps[at])));
        };
        const lastOf = (thread) => path.findLast((step) => step.thread === thread);
        function next(thread) {
            const last = lastOf(thread);
            if (last?.does === "reads") return { thread, does: "adds", value: last.value + 1 };
            const at = shared().length;
            return possible().map((schedule) => schedule.steps[at]).find((step) => step?.thread === thread);
        }
        const isDone = (thread) => lastOf(thread)?.does === "writes";
        const ended = () => possible().find((schedule) => schedule.steps.length === shared().length);

        // What is shown.
        const counter = () => path.findLast((step) => step.does === "writes")?.value ?? 0;
        const register = (thread) => lastOf(thread)?.value ?? "–";
        const holder = () => THREADS.find((thread) => lastOf(thread) && !isDone(thread));

        const element = (tag, properties, ...inside) => {
            const made = Object.assign(document.createElement(tag), properties);
            made.append(...inside);
            return made;
        };
        const button = (text, act, key) => {
            const made = element("button", { type: "button" }, text);
            if (key) made.append(element("kbd", { ariaHidden: "true" }, key));
            made.addEventListener("click", act);
            return made;
        };
        const modes = Object.keys(words.modes).map((mode) => {
            const made = button(words.modes[mode], () => { how = mode; restart(); });
            made.dataset.mode = mode;
            return made;
        });
        const task = element("p", { className: "task" });
        const cell = (name) => {
            const number = element("span", { className: "number" });
            number.dataset.cell = name;
            return number;
        };
        const cells = { counter: cell("counter"), A: cell("A"), B: cell("B"), lock: cell("lock") };
        const lock = element("div", {}, words.lock, cells.lock);
        const threads = THREADS.map((thread) => {
            const made = element("button", { type: "button", className: `thread-${thread}` });
            made.dataset.thread = thread;
            made.addEventListener("click", () => step(thread));
            return made;
        });
        const says = element("p", { className: "says" });
        says.setAttribute("aria-live", "polite");
        const done = element("ol", { className: "done" });
        const forward = button(words.next, goOn, "N");
        stepper.append(
            element("div", { className: "row" }, ...modes),
            task,
            element("div", { className: "state" },
                element("div", {}, words.counter, cells.counter),
                ...THREADS.map((thread) => element("div", { className: `thread-${thread}` }, words.register(thread), cells[thread])),
                lock),
            element("div", { className: "row" }, ...threads),
            says,
            element("div", { className: "row" }, button(words.undo, undo, "U"), button(words.restart, restart, "R"), forward),
            done,
            element("p", { className: "judged" }, words.keys),
        );
        stepper.setAttribute("role", "group");
        stepper.setAttribute("aria-label", words.group);
        stepper.tabIndex = 0;
        stepper.hidden = false;

        for (const row of document.querySelectorAll(".schedules [data-schedule]")) {
            const mode = row.closest("table").dataset.how;
            const index = Number(row.dataset.schedule);
            const start = button(words.follow, () => {
                how = mode;
                restart();
                followed = index;
                show(words.following(index + 1));
                stepper.scrollIntoView({ block: "nearest" });
                forward.focus();
            });
            start.setAttribute("aria-label", `${words.follow}${words.colon}${words.modes[mode]} ${index + 1}`);
            row.append(element("td", {}, start));
        }
        for (const table of document.querySelectorAll(".schedules")) table.tHead.rows[0].append(element("td", {}));

        function step(thread) {
            const taken = next(thread);
            if (!taken) {
                say(isDone(thread) ? words.ended(thread) : words.waits(thread, holder()));
                return;
            }
            path.push(taken);
            if (followed !== null && !possible().includes(data[how][followed])) followed = null;
            show(words.told[taken.does](taken.thread, taken.value) + " " + ending());
        }

        // What is to be said where a schedule has come to its end.
        function ending() {
            const schedule = ended();
            if (!schedule) return "";
            const all = data[how];
            const at = all.indexOf(schedule);
            tried[how].add(at);
            followed = null;
            const text = (schedule.sum < THREADS.length ? words.lost : words.kept)(at + 1, all.length);
            const vain = how === "locked" && tried.locked.size === all.length && all.every((each) => each.sum === THREADS.length);
            return vain ? `${text} ${words.vain(all.length)}` : text;
        }

        // The next step of the schedule that is followed: an addition right before its thread stores.
        function goOn() {
            const schedule = followed === null ? null : data[how][followed];
            const wanted = schedule?.steps[shared().length];
            if (wanted) step(wanted.thread);
        }

        function undo() {
            const gone = path.pop();
            show(gone ? `${words.undo}${words.colon}${gone.thread} ${words.steps[gone.does]}` : words.nothing);
        }

        function restart() {
            path = [];
            followed = null;
            show(words.start);
        }

        function say(text) {
            says.textContent = text;
        }

        function show(text) {
            for (const mode of modes) mode.setAttribute("aria-pressed", String(mode.dataset.mode === how));
            task.textContent = words.tasks[how];
            cells.counter.textContent = counter();
            for (const thread of THREADS) cells[thread].textContent = register(thread);
            lock.hidden = how !== "locked";
            cells.lock.textContent = holder() ?? words.free;
            for (const made of threads) {
                const thread = made.dataset.thread;
                const does = next(thread)?.does ?? (isDone(thread) ? "done" : "waits");
                made.replaceChildren(`${thread}${words.colon}${words.steps[does]}`, element("kbd", { ariaHidden: "true" }, thread));
                made.setAttribute("aria-disabled", String(!next(thread)));
            }
            forward.hidden = followed === null;
            const list = path.map(({ thread, does, value }) =>
                element("li", { className: `thread-${thread}` }, `${thread}${words.colon}${words.steps[does]} → ${value}`));
            done.replaceChildren(...list);
            const at = data[how].indexOf(ended());
            for (const row of document.querySelectorAll(".schedules [data-schedule]")) {
                const mine = row.closest("table").dataset.how === how;
                const index = Number(row.dataset.schedule);
                row.classList.toggle("now", mine && (index === at || index === followed));
                row.classList.toggle("tried", tried[row.closest("table").dataset.how].has(index));
            }
            say(text);
        }

        stepper.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.altKey || event.metaKey) return;
            const act = {
                a: () => step("A"), b: () => step("B"), u: undo, backspace: undo, r: restart, n: goOn,
            }[event.key.toLowerCase()];
            if (act) {
                event.preventDefault();
                act();
            }
        });
        restart();
    }
}
