// Loads the GraphiQL editor: pinned releases, each checked against its hash by the browser. Nothing on the page waits
// for it, and where it cannot be had the page says so.
(function () {
  'use strict';

  var says = document.getElementById('editor-says');
  var place = document.getElementById('editor');
  var first = document.querySelector('textarea');

  function give_up() {
    says.hidden = false;
    says.textContent =
      'The GraphiQL editor could not be loaded from cdn.jsdelivr.net. Everything else on this page works without it.';
  }

  function load(file) {
    return new Promise(function (resolve, reject) {
      var sheet = /\.css$/.test(file.address);
      var element = document.createElement(sheet ? 'link' : 'script');
      if (sheet) {
        element.rel = 'stylesheet';
        element.href = file.address;
      } else {
        element.src = file.address;
      }
      element.integrity = file.integrity;
      element.crossOrigin = 'anonymous';
      element.onload = resolve;
      element.onerror = reject;
      document.head.appendChild(element);
    });
  }

  function start() {
    var fetcher = window.GraphiQL.createFetcher({ url: '/graphql' });
    var editor = window.React.createElement(window.GraphiQL, { fetcher: fetcher, defaultQuery: first.value });
    place.className = 'ready';
    window.ReactDOM.createRoot(place).render(editor);
    says.hidden = true;
  }

  var files = JSON.parse(document.getElementById('editor-files').textContent);
  says.hidden = false;
  says.textContent = 'The GraphiQL editor is being loaded from cdn.jsdelivr.net.';
  files
    .reduce(function (before, file) {
      return before.then(function () { return load(file); });
    }, Promise.resolve())
    .then(start)
    .catch(give_up);
})();
