"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const article = document.getElementById("plan-text");
  const numbers = all(".number", article);
  const cards = all(".card");
  const chips = all(".chip", article);
  const clauses = all(".clause", article);
  const byIndicator = document.getElementById("by-indicator");
  const byTheme = document.getElementById("by-theme");
  const others = document.getElementById("others");
  const shown = document.getElementById("shown");
  const info = document.getElementById("sentence-info");
  const cardsOf = (element) => element.dataset.cards.split(" ");
  const cardByKey = new Map(cards.map((card) => [card.dataset.card, card]));
  const markByKey = new Map(numbers.flatMap((mark) => cardsOf(mark).map((key) => [key, mark])));
  let chosen = [];

  function choose(keys, { open = true } = {}) {
    chosen = keys;
    for (const mark of numbers) {
      const lit = cardsOf(mark).some((key) => keys.includes(key));
      mark.classList.toggle("lit", lit);
      mark.setAttribute("aria-pressed", String(lit));
    }
    for (const clause of clauses) clause.classList.toggle("lit", cardsOf(clause).some((key) => keys.includes(key)));
    if (!open) return;
    for (const card of cards) card.open = keys.includes(card.dataset.card);
    const first = cardByKey.get(keys[0]);
    if (first) first.scrollIntoView({ block: "nearest" });
  }

  function visit(mark) {
    if (!mark) return;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center" });
    choose(cardsOf(mark));
  }

  const live = () => numbers.filter((mark) => !mark.classList.contains("off") && (others.checked || mark.matches(".target")));

  function step(by, from, list) {
    const at = list.indexOf(from);
    visit(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length]);
  }

  function filter() {
    const indicator = byIndicator.value;
    const theme = byTheme.value;
    const fits = (element) =>
      (!indicator || (element.dataset.indicator || "").split(" ").includes(indicator)) && (!theme || element.dataset.theme === theme);
    document.body.classList.toggle("filtered", Boolean(indicator || theme));
    document.body.classList.toggle("plain", !others.checked);
    const targets = cards.filter((card) => !card.classList.contains("other"));
    const on = new Set();
    for (const card of targets) {
      card.classList.toggle("off", !fits(card));
      if (fits(card)) on.add(card.dataset.card);
    }
    for (const mark of numbers) {
      const target = mark.matches(".target");
      mark.classList.toggle("off", target && !cardsOf(mark).some((key) => on.has(key)));
      mark.tabIndex = mark.classList.contains("off") || (!target && !others.checked) ? -1 : 0;
    }
    for (const clause of clauses) clause.classList.toggle("on", cardsOf(clause).some((key) => on.has(key)));
    for (const part of all(".sentence, .chip", article)) part.classList.toggle("off", Boolean(theme) && part.dataset.theme !== theme);
    shown.textContent = shown.dataset.template.replace("{shown}", on.size).replace("{all}", targets.length);
  }

  function explain(chip) {
    const again = chip.getAttribute("aria-pressed") === "true";
    for (const other of chips) other.setAttribute("aria-pressed", String(other === chip && !again));
    for (const part of all(".sentence", article)) {
      part.classList.toggle("lit", !again && part.dataset.sentence === chip.dataset.sentence);
    }
    info.textContent = again ? "" : chip.title;
  }

  function place() {
    const narrow = window.matchMedia("(max-width: 42rem)").matches;
    for (const margin of all(".margin", article)) {
      const row = margin.parentElement;
      row.style.minHeight = "";
      margin.classList.toggle("placed", !narrow);
      if (narrow) continue;
      const top = row.getBoundingClientRect().top;
      let free = 0;
      for (const chip of margin.children) {
        const part = row.querySelector(`.sentence[data-sentence="${chip.dataset.sentence}"]`);
        const line = part && part.getClientRects()[0];
        const middle = line ? line.top - top + (line.height - chip.offsetHeight) / 2 : free;
        const y = Math.max(free, middle);
        chip.style.top = `${y}px`;
        free = y + chip.offsetHeight;
      }
      row.style.minHeight = `${free}px`;
    }
  }

  function rove(event, list) {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const to = list[(list.indexOf(event.currentTarget) + by + list.length) % list.length];
    for (const chip of list) chip.tabIndex = chip === to ? 0 : -1;
    to.focus();
  }

  for (const mark of numbers) {
    mark.setAttribute("aria-pressed", "false");
    mark.addEventListener("click", () => choose(cardsOf(mark)));
    mark.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (by) step(by, mark, live());
      else if (event.key === "Enter" || event.key === " ") choose(cardsOf(mark));
      else return;
      event.preventDefault();
    });
  }
  for (const card of cards) {
    card.querySelector("summary").addEventListener("click", () => choose(card.open ? [] : [card.dataset.card], { open: false }));
    card.querySelector(".go").addEventListener("click", (event) => {
      event.preventDefault();
      visit(markByKey.get(card.dataset.card));
    });
  }
  for (const link of all("a.card-link")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      visit(markByKey.get(link.dataset.card));
    });
  }
  chips.forEach((chip, at) => {
    chip.tabIndex = at ? -1 : 0;
    chip.setAttribute("aria-pressed", "false");
    chip.addEventListener("click", () => explain(chip));
    chip.addEventListener("keydown", (event) => rove(event, chips));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.length) choose([]);
  });
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  for (const control of [byIndicator, byTheme, others]) control.addEventListener("change", filter);
  const targets = () => live().filter((mark) => mark.matches(".target"));
  const current = () => markByKey.get(chosen[0]);
  document.getElementById("next").addEventListener("click", () => step(1, current(), targets()));
  document.getElementById("previous").addEventListener("click", () => step(-1, current(), targets()));

  function follow() {
    const key = decodeURIComponent(location.hash.slice(1));
    const card = key && document.getElementById(key);
    if (card && card.matches(".card")) visit(markByKey.get(card.dataset.card));
  }
  let printing = [];
  window.addEventListener("beforeprint", () => {
    printing = cards.filter((card) => !card.open);
    for (const card of printing) card.open = true;
  });
  window.addEventListener("afterprint", () => printing.forEach((card) => { card.open = false; }));
  window.addEventListener("hashchange", follow);
  new ResizeObserver(place).observe(article);
  filter();
  place();
  follow();
})();
