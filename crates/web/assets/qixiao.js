// Saves time, nothing more: every page works without it.
(function () {
  'use strict';
  // A form with typed words asks before they are lost.
  var dirty = false;
  document.querySelectorAll('form[data-keep]').forEach(function (form) {
    form.addEventListener('input', function () { dirty = true; });
    form.addEventListener('submit', function () { dirty = false; });
  });
  window.addEventListener('beforeunload', function (event) { if (dirty) event.preventDefault(); });

  // A text to hand over is copied in one press.
  document.querySelectorAll('[data-copy]').forEach(function (button) {
    var source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(source.value || source.textContent).then(function () {
        button.textContent = button.dataset.done;
      });
    });
  });

  // One box ticks a whole group.
  document.querySelectorAll('[data-all]').forEach(function (box) {
    var boxes = document.querySelectorAll('[data-group="' + box.dataset.all + '"]:not(:disabled)');
    box.closest('label').hidden = boxes.length < 2;
    box.addEventListener('change', function () {
      boxes.forEach(function (other) { other.checked = box.checked; });
    });
  });

  // The error summary is read first; the districts belong to the province that has them.
  var summary = document.getElementById('mistakes');
  if (summary) summary.focus();
  var province = document.getElementById('f-province'), district = document.getElementById('f-district');
  if (province && district) {
    var options = Array.prototype.slice.call(district.options);
    var fit = function () {
      options.forEach(function (option) {
        var other = option.value !== '' && province.value !== '' && option.value.slice(0, 2) !== province.value.slice(0, 2);
        option.hidden = other;
        if (option.parentNode !== district) option.parentNode.hidden = other;
      });
    };
    province.addEventListener('change', function () {
      fit();
      if (district.selectedOptions[0] && district.selectedOptions[0].hidden) district.value = '';
    });
    fit();
  }

  // "/" leads to the search field.
  document.addEventListener('keydown', function (event) {
    if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    var field = document.querySelector('input[type=search]');
    if (field && field.offsetParent) { event.preventDefault(); field.focus(); }
  });
})();
