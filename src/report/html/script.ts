/**
 * The page's one script. It shows and hides what is in the page, and makes rows out of the data blocks by
 * createElement; it never parses markup, keeps nothing and asks nobody. What it changes is in one list at a time, so that a filter over
 * tens of thousands of findings touches a few hundred elements.
 */
export const pageScript = `'use strict';
(() => {
  const step = 250;
  const figure = (number) => String(number).replace(/\\B(?=(?:\\d{3})+$)/g, ',');

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const makers = {
    findings([severity, category, flags, badge, rule, message, gain, mend, why, suppressed, places, more], { words, categories }) {
      const line = (label, number) => (number < 0 ? [] : [make('p', {}, make('b', {}, label), ' ' + words[number])]);
      const spot = ([lead, names]) =>
        make('li', {}, words[lead] + ': ', ...names.flatMap((name, i) => [...(i > 0 ? [', '] : []), make('code', {}, name)]));
      return make(
        'li',
        { class: 'finding', 'data-severity': severity, 'data-category': category, 'data-flags': flags },
        make(
          'details',
          {},
          make(
            'summary',
            {},
            make('span', { class: 'badge s' + severity }, badge),
            ' ',
            make('code', { class: 'rule' }, rule),
            ' ',
            make('span', { class: 'message' }, message),
            ' ',
            make('span', { class: 'gain' }, gain),
          ),
          ...line(badge.startsWith('unknown') ? 'To know:' : 'Mend:', mend),
          ...line('Why:', why),
          ...line('Suppressed:', suppressed),
          make('p', {}, make('b', {}, 'Category:'), ' ' + categories[category]),
          make('ul', { class: 'places' }, ...places.map(spot), ...(more > 0 ? [make('li', {}, 'and ' + more + ' more')] : [])),
        ),
      );
    },
    packages([name, version, type, size, layer, licence]) {
      return make(
        'tr',
        {},
        make('th', { scope: 'row' }, name),
        make('td', {}, version),
        make('td', {}, type),
        make('td', { class: 'figure' }, size),
        make('td', { class: 'figure' }, layer),
        make('td', {}, licence),
      );
    },
  };

  const texts = {
    findings: (row) => [row[4], row[5], ...row[10].flatMap((place) => place[1])],
    packages: (row) => row,
  };
  const textsInPage = {
    findings: (row) => [...row.querySelectorAll('.rule, .message, .places code')].map((part) => part.textContent),
    packages: (row) => [...row.children].map((cell) => cell.textContent),
  };

  function setUp(box) {
    const kind = box.dataset.list;
    const total = Number(box.dataset.total);
    const form = box.querySelector('form');
    const holder = box.querySelector('[data-rows]');
    const count = box.querySelector('.count');
    const button = box.querySelector('.more');
    const block = box.querySelector('script');
    const data = block ? JSON.parse(block.textContent) : { rows: [] };
    const inPage = [...holder.children].map((element) => ({
      element,
      severity: element.dataset.severity,
      category: element.dataset.category,
      flags: Number(element.dataset.flags || 0),
    }));
    const others = data.rows.map((row) =>
      kind === 'findings'
        ? { row, severity: String(row[0]), category: String(row[1]), flags: row[2] }
        : { row, flags: 0 },
    );
    let added = [];
    let waiting = [];

    const textOf = (one) => {
      one.text ??= (one.row ? texts[kind](one.row) : textsInPage[kind](one.element)).join('\\n').toLowerCase();
      return one.text;
    };

    function wanted() {
      const search = form.elements.search.value.trim().toLowerCase();
      const category = form.elements.category ? form.elements.category.value : '';
      const boxes = [...form.querySelectorAll('input[type=checkbox]')];
      const off = new Set(boxes.filter((one) => one.name === 'severity' && !one.checked).map((one) => one.value));
      let flags = 0;
      for (const one of boxes) if (one.name === 'flag' && one.checked) flags |= Number(one.value);
      return (one) =>
        (one.flags & ~flags) === 0 &&
        !off.has(one.severity) &&
        (category === '' || one.category === category) &&
        (search === '' || textOf(one).includes(search));
    }

    function add(many) {
      const rows = waiting.splice(0, many).map(({ row }) => makers[kind](row, data));
      holder.append(...rows);
      added.push(...rows);
      button.hidden = waiting.length === 0;
      button.textContent = 'Show ' + figure(Math.min(step, waiting.length)) + ' more of ' + figure(waiting.length);
      return rows;
    }

    function apply() {
      const fits = wanted();
      let seen = 0;
      for (const one of inPage) {
        const fit = fits(one);
        if (one.element.hidden === fit) one.element.hidden = !fit;
        if (fit) seen++;
      }
      for (const row of added) row.remove();
      added = [];
      waiting = others.filter(fits);
      const fitting = seen + waiting.length;
      add(Math.max(0, step - seen));
      const noun = box.dataset.noun + (total === 1 ? '' : 's');
      count.textContent = fitting === total ? figure(total) + ' ' + noun : figure(fitting) + ' of ' + figure(total) + ' ' + noun;
    }

    form.hidden = false;
    for (const note of box.querySelectorAll('.left')) note.hidden = true;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', apply);
    button.addEventListener('click', () => {
      const [first] = add(step);
      const target = first && (first.querySelector('summary') || first);
      if (!target) return;
      if (target.localName === 'tr') target.tabIndex = -1;
      target.focus();
    });
    apply();

    // Texts are put together before the first letter is typed, where there is time for it.
    const all = [...inPage, ...others];
    let next = 0;
    function prepare(deadline) {
      while (next < all.length && deadline.timeRemaining() > 1) textOf(all[next++]);
      if (next < all.length) requestIdleCallback(prepare);
    }
    if (window.requestIdleCallback) requestIdleCallback(prepare);
  }

  for (const box of document.querySelectorAll('[data-list]')) setUp(box);

  const theme = document.getElementById('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
  const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()));
  theme.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    showTheme();
  });
  dark.addEventListener('change', showTheme);
  showTheme();
  theme.hidden = false;

  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
})();
`;
