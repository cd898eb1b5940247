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

  // What the beginning of a question may mean stands under its field. What stands there stays until something else does.
  document.querySelectorAll('input[data-suggest]').forEach(function (field, number) {
    var list = document.createElement('ul'), asked = '', chosen = -1, timer, request;
    list.id = 'suggested-' + number;
    list.className = 'suggested plain';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', field.dataset.suggest);
    list.hidden = true;
    field.parentNode.appendChild(list);
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', list.id);
    field.setAttribute('aria-expanded', 'false');
    var show = function (open) {
      list.hidden = !open;
      field.setAttribute('aria-expanded', String(open));
      choose(-1);
    };
    var choose = function (at) {
      chosen = at;
      field.removeAttribute('aria-activedescendant');
      Array.prototype.forEach.call(list.children, function (option, index) {
        option.setAttribute('aria-selected', String(index === at));
        if (index === at) field.setAttribute('aria-activedescendant', option.id);
      });
    };
    var fill = function (suggestions) {
      var before = list.textContent;
      var options = suggestions.map(function (suggestion, index) {
        var option = document.createElement('li'), kind = document.createElement('span');
        option.id = list.id + '-' + index;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.textContent = suggestion.name;
        kind.className = 'small soft';
        kind.textContent = suggestion.kind;
        option.appendChild(kind);
        option.addEventListener('click', function () { location.assign(suggestion.href); });
        return option;
      });
      var after = options.map(function (option) { return option.textContent; }).join('');
      if (before !== after) list.replaceChildren.apply(list, options);
      show(options.length > 0 && document.activeElement === field);
    };
    var ask = function () {
      var words = field.value.trim();
      if (words === asked) return;
      asked = words;
      if (request) request.abort();
      if (!words) { fill([]); return; }
      request = new AbortController();
      fetch('/search/suggest?q=' + encodeURIComponent(words), { signal: request.signal }).then(function (answer) {
        return answer.ok ? answer.json() : [];
      }).then(function (suggestions) { if (words === asked) fill(suggestions); }).catch(function () {});
    };
    field.addEventListener('input', function (event) {
      clearTimeout(timer);
      // Letters of pinyin that are not yet characters mean nothing.
      if (!event.isComposing) timer = setTimeout(ask, 100);
    });
    field.addEventListener('compositionend', ask);
    field.addEventListener('keydown', function (event) {
      if (list.hidden || event.isComposing) return;
      var many = list.children.length;
      if (event.key === 'ArrowDown') choose(chosen + 1 < many ? chosen + 1 : -1);
      else if (event.key === 'ArrowUp') choose(chosen < 0 ? many - 1 : chosen - 1);
      else if (event.key === 'Escape') show(false);
      else if (event.key === 'Enter' && chosen >= 0) list.children[chosen].click();
      else return;
      event.preventDefault();
    });
    // A press on the list must not take the field's focus, or the list would be gone before the press counts.
    list.addEventListener('mousedown', function (event) { event.preventDefault(); });
    field.addEventListener('blur', function () { show(false); });
    field.addEventListener('focus', function () { if (list.children.length && field.value.trim() === asked) show(true); });
  });

  // "/" leads to the search field.
  document.addEventListener('keydown', function (event) {
    if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    var field = document.querySelector('input[type=search]');
    if (field && field.offsetParent) { event.preventDefault(); field.focus(); }
  });
})();
