"use strict";
// Small conveniences; every page works without them.
(function () {
  const store = {
    get(key) { try { return window.localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { if (value) { window.localStorage.setItem(key, value); } else { window.localStorage.removeItem(key); } } catch { /* private windows keep nothing */ } },
  };
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function moveRow(step) {
    const links = Array.from(document.querySelectorAll("[data-row]"));
    if (links.length === 0) { return; }
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || store.get("no-shortcuts")) { return; }
    if (event.key === "j" || event.key === "k") { moveRow(event.key === "j" ? 1 : -1); return; }
    const focus = document.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (focus) {
      event.preventDefault();
      const closed = focus.closest("details");
      if (closed) { closed.open = true; }
      focus.focus();
    } else if (link) { event.preventDefault(); link.click(); }
  });

  function insertTemplate(select) {
    const chosen = select.selectedOptions[0];
    const area = document.getElementById(select.dataset.into);
    if (!chosen || !area || !chosen.dataset.text) { return; }
    area.value = area.value ? `${area.value}\n${chosen.dataset.text}` : chosen.dataset.text;
    const resolves = document.getElementById(select.dataset.resolves || "");
    if (resolves && chosen.dataset.resolves === "yes") { resolves.checked = true; }
    const article = document.getElementById(select.dataset.article || "");
    if (article) { article.value = chosen.dataset.article || ""; }
    area.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) { insertTemplate(document.getElementById(button.dataset.insert)); }
    const all = event.target.closest("[data-check-all]");
    if (all) { document.querySelectorAll("input[name=tickets]").forEach((box) => { box.checked = all.checked; }); }
  });

  // a field with a condition is shown while it holds; the server asks for the same fields
  function valueOf(form, name) {
    const control = form.elements.namedItem(name);
    if (!control) { return null; }
    return control.type === "checkbox" ? (control.checked ? "yes" : "no") : control.value;
  }
  function showAsked(form) {
    form.querySelectorAll("[data-when]").forEach((part) => {
      const value = valueOf(form, part.dataset.when);
      const asked = value === null || part.dataset.is.split(" ").includes(value);
      part.hidden = !asked;
      part.querySelectorAll("input, select, textarea").forEach((each) => { each.disabled = !asked; });
    });
  }
  document.querySelectorAll("form[data-conditions]").forEach((form) => {
    showAsked(form);
    form.addEventListener("change", () => showAsked(form));
  });

  // what is typed survives a lost session or a closed window, on this machine only
  document.querySelectorAll("textarea[data-draft]").forEach((area) => {
    const key = `draft:${area.dataset.draft}`;
    if (!area.value) { area.value = store.get(key) || ""; }
    area.addEventListener("input", () => store.set(key, area.value));
    if (area.form) { area.form.addEventListener("submit", () => store.set(key, "")); }
  });

  document.querySelectorAll("input[data-shortcuts]").forEach((box) => {
    box.checked = Boolean(store.get("no-shortcuts"));
    box.addEventListener("change", () => store.set("no-shortcuts", box.checked ? "yes" : ""));
  });

  // a menu closes when another opens, with Escape, and when the page is touched elsewhere
  const menus = document.querySelectorAll("details.menu");
  const closeBut = (kept) => menus.forEach((menu) => { if (menu !== kept) { menu.open = false; } });
  menus.forEach((menu) => {
    menu.addEventListener("toggle", () => { if (menu.open) { closeBut(menu); } });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    });
  });
  document.addEventListener("click", (event) => closeBut(event.target.closest("details.menu")));
})();
