"use strict";
// Small conveniences; every page works without them.
(function () {
  const store = {
    get(key) { try { return window.localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { if (value) { window.localStorage.setItem(key, value); } else { window.localStorage.removeItem(key); } } catch { /* private windows keep nothing */ } },
  };
  const tab = {
    get(key) { try { return window.sessionStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { if (value) { window.sessionStorage.setItem(key, value); } else { window.sessionStorage.removeItem(key); } } catch { /* as above */ } },
  };
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function moveRow(step) {
    const links = Array.from(document.querySelectorAll("[data-row]"));
    if (links.length === 0) { return; }
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
  }

  function markRow() {
    const row = document.activeElement.closest("tr");
    const box = row && row.querySelector("input[name=tickets]");
    if (box) { box.checked = !box.checked; }
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) { return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea") && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || store.get("no-shortcuts")) { return; }
    if (event.key === "j" || event.key === "k") { moveRow(event.key === "j" ? 1 : -1); return; }
    if (event.key === "x") { markRow(); return; }
    const focus = document.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (focus) {
      event.preventDefault();
      const closed = focus.closest("details");
      if (closed) { closed.open = true; }
      focus.focus();
    } else if (link) { event.preventDefault(); link.click(); }
  });

  // a text from a list or a button goes into the field that its holder names, with where it came from
  function insertText(chosen, holder) {
    const area = document.getElementById(holder.dataset.into);
    if (!chosen || !area || !(chosen.dataset.text || chosen.dataset.article)) { return; }
    // what is for the desk alone has no text here: that it was used is noted, and requesters read none of it
    area.value = [area.value, chosen.dataset.text].filter(Boolean).join("\n");
    const resolves = document.getElementById(holder.dataset.resolves || "");
    if (resolves && chosen.dataset.resolves === "yes") { resolves.checked = true; }
    const article = document.getElementById(holder.dataset.article || "");
    if (article) { article.value = chosen.dataset.article || ""; }
    const closed = area.closest("details");
    if (closed) { closed.open = true; }
    area.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) {
      const holder = document.getElementById(button.dataset.insert);
      insertText(holder.selectedOptions ? holder.selectedOptions[0] : button, holder);
    }
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

  // a field that offers what fits while one types, with the keys of an ARIA combobox; without script it is a plain field
  function offerWhileTyping(input) {
    const list = document.getElementById(input.dataset.offers);
    const status = list.parentElement.querySelector("[role=status]");
    let picked = null;

    function mark(option) {
      list.querySelectorAll("[role=option]").forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else { input.removeAttribute("aria-activedescendant"); }
    }
    function show(open) {
      list.hidden = !(open && list.children.length > 0);
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(null);
    }
    function pick(option) {
      input.value = picked = option.textContent;
      list.replaceChildren();
      status.textContent = "";
      show(false);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function move(step) {
      const options = Array.from(list.children);
      const at = options.findIndex((each) => each.id === input.getAttribute("aria-activedescendant"));
      if (list.hidden) { show(true); }
      mark(options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
    }
    function onKey(event) {
      if (event.isComposing || list.children.length === 0) { return; }
      const marked = list.querySelector("[aria-selected=true]");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { move(event.key === "ArrowDown" ? 1 : -1); }
      else if (event.key === "Enter" && marked) { pick(marked); }
      else if (event.key === "Escape" && !list.hidden) { show(false); event.stopPropagation(); }
      else { return; }
      event.preventDefault();
    }

    const said = { "role": "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
    Object.entries(said).forEach(([name, value]) => input.setAttribute(name, value));
    input.addEventListener("keydown", onKey);
    input.addEventListener("input", () => mark(null));
    input.addEventListener("blur", () => show(false));
    input.addEventListener("htmx:afterRequest", (event) => show(event.detail.successful && document.activeElement === input));
    // an answer that comes after the choice would offer again
    list.addEventListener("htmx:beforeSwap", (event) => { if (input.value === picked) { event.detail.shouldSwap = false; } });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) { pick(option); }
    });
  }
  document.querySelectorAll("input[data-offers]").forEach(offerWhileTyping);

  // what was sent is forgotten once a page answers that is neither the sign-in nor a refusal
  if (document.querySelector("input[name=login], [role=alert]") === null) {
    if (tab.get("sent-draft")) { store.set(tab.get("sent-draft"), ""); }
    if (tab.get("sent-form")) { tab.set(tab.get("sent-form"), ""); }
  }
  tab.set("sent-draft", "");
  tab.set("sent-form", "");

  // what is typed survives a lost session or a closed window, on this machine only
  document.querySelectorAll("textarea[data-draft]").forEach((area) => {
    const key = `draft:${area.dataset.draft}`;
    if (!area.value) { area.value = store.get(key) || ""; }
    area.addEventListener("input", () => store.set(key, area.value));
    if (area.form) { area.form.addEventListener("submit", () => tab.set("sent-draft", key)); }
  });

  // a whole form, in this tab alone: another person at the same machine finds nothing
  document.querySelectorAll("form[data-keeps]").forEach((form) => {
    const key = `form:${form.dataset.keeps}`;
    const fields = () => Array.from(form.elements).filter((each) => each.name && each.matches("textarea, select, input:not([type=hidden], [type=file], [type=checkbox])"));
    const kept = JSON.parse(tab.get(key) || "{}");
    fields().forEach((each) => {
      if (!each.value && kept[each.name]) { each.value = kept[each.name]; each.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    const keep = () => tab.set(key, JSON.stringify(Object.fromEntries(fields().map((each) => [each.name, each.value]))));
    form.addEventListener("input", keep);
    form.addEventListener("submit", (event) => {
      // pressed twice is sent once; who comes back by the back button may send again
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      keep();
      tab.set("sent-form", key);
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
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
