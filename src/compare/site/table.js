"use strict";
(() => {
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const rows = [...body.rows];
  const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join("\u0001").toLowerCase());
  const heads = [...table.tHead.rows[0].cells];

  function search() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => texts[at].includes(word));
      if (!row.hidden) count += 1;
    });
    shown.textContent = shown.dataset.template.replace("{shown}", count).replace("{all}", rows.length);
  }

  function sort(column) {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const sign = down ? -1 : 1;
    const numeric = head.classList.contains("n");
    const key = (row) => row.cells[column].textContent;
    const ordered = [...rows].sort((a, b) => {
      const x = key(a);
      const y = key(b);
      if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
      return sign * (numeric ? Number(x) - Number(y) : x.localeCompare(y, "zh"));
    });
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...ordered);
  }

  words.addEventListener("input", search);
  words.form.addEventListener("submit", (event) => event.preventDefault());
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(column)));
  search();
})();
