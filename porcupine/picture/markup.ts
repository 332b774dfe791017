/** The page's body. What changes with the history is filled in by the page itself, so that nothing is written unescaped. */
export const MARKUP: string = `
<header>
  <div class="line">
    <h1 id="title"></h1>
    <span id="badge" class="badge"></span>
    <ul id="facts"></ul>
    <span class="grow"></span>
    <button type="button" id="theme" class="quiet" title="dark or light (d)" aria-label="Dark or light">&#9680;</button>
    <button type="button" id="help" class="quiet" title="keys (?)" aria-label="Keys">?</button>
  </div>
  <p id="sentence"></p>
</header>
<aside aria-label="Contents">
  <section id="core-section">
    <h2>Contradiction</h2>
    <ol id="core"></ol>
    <p id="core-note" class="note"></p>
  </section>
  <section id="parts-section">
    <h2>Partitions <span id="parts-tally"></span></h2>
    <input id="parts-filter" type="search" placeholder="filter" aria-label="Filter partitions">
    <div id="parts" class="list"></div>
  </section>
  <section>
    <h2>Operations</h2>
    <div id="names"></div>
    <ul class="legend">
      <li><i class="mark point"></i>took effect</li>
      <li><i class="mark next"></i>cannot be next</li>
      <li><i class="mark lost"></i>no answer</li>
      <li><i class="mark maybe"></i>unclear</li>
      <li><i class="mark failed"></i>refused</li>
    </ul>
  </section>
  <section class="last">
    <h2>Clients <button type="button" id="show-all" class="quiet" hidden>show all</button></h2>
    <div id="clients" class="list"></div>
  </section>
</aside>
<main>
  <div class="bar">
    <div id="scope" class="segments" role="group" aria-label="What is shown">
      <button type="button" id="scope-core">Contradiction</button>
      <button type="button" id="scope-part">One key</button>
      <button type="button" id="scope-all">Everything</button>
    </div>
    <button type="button" id="axis" class="toggle" aria-pressed="false">Clock time</button>
    <span id="shown"></span>
    <span class="grow"></span>
    <span id="found" role="status"></span>
    <input id="search" type="search" placeholder="Search, as in put client:3" aria-label="Search operations">
  </div>
  <div id="stage">
    <canvas id="lanes" tabindex="0" role="application"
      aria-label="Operations by client. Arrow keys go from one to the next; what is selected is told below."></canvas>
    <div id="spacer"></div>
    <p id="nothing" hidden>Nothing to show: everything is hidden.</p>
  </div>
  <div id="strip"><canvas id="overview" aria-hidden="true"></canvas></div>
  <div id="details" role="status" aria-live="polite"></div>
</main>
<div id="help-page" role="dialog" aria-label="Keys" hidden>
  <h2>Keys</h2>
  <dl id="keys"></dl>
  <p class="note">The wheel scrolls, with Ctrl it zooms; dragging moves. Search words: client:3, key:x, line:17,
  is:failed, is:maybe, is:lost, is:core, is:unplaced.</p>
  <button type="button" id="help-close">Close</button>
</div>
<noscript>This page draws with JavaScript; it loads nothing from anywhere.</noscript>
`;
