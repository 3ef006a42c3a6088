"use strict";
// Shows a question only to those it is asked of; without this every question is shown with a word on whom it is for.
(function () {
  const asked = Array.from(document.querySelectorAll("[data-asked-field]"));
  function update() {
    asked.forEach((part) => {
      const chosen = document.querySelector(`input[name="${CSS.escape(part.dataset.askedField)}"]:checked`);
      const wanted = part.dataset.askedChoices.split("\n");
      const isAsked = chosen !== null && !chosen.disabled && wanted.includes(chosen.value);
      part.hidden = !isAsked;
      part.disabled = !isAsked;
    });
  }
  document.addEventListener("change", update);
  update();
})();
