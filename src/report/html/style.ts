/** The page's one style sheet: no font, no picture, nothing from elsewhere. Text has a contrast of at least 4.5 to 1 in both themes. */

const light = `color-scheme:light;--page:#fbfbf9;--card:#fff;--ink:#1d2125;--soft:#565d64;--line:#d5d8db;--link:#0b57a4;--focus:#0b57a4;
--tare:#b9c0c7;--tare-ink:#1d2125;--cargo:#7cc4a8;--cargo-ink:#0d2b20;--other:#e3dcc4;--track:#e6e8ea;--good:#2d7d4f;--fair:#b07a00;--bad:#b3261e;`;
const dark = `color-scheme:dark;--page:#15181b;--card:#1d2125;--ink:#e8eaec;--soft:#aab1b8;--line:#3b4147;--link:#8cc2ff;--focus:#8cc2ff;
--tare:#4a525a;--tare-ink:#f2f4f5;--cargo:#1f6b51;--cargo-ink:#eafff6;--other:#5c5537;--track:#33393f;--good:#5fb98a;--fair:#d9a436;--bad:#f0847c;`;

export const pageStyle = `:root{${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
code{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}
.skip{position:absolute;left:-99em}
.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem}
body>header,body>footer,main{max-width:76rem;margin:0 auto;padding:1rem}
body>header{display:flex;gap:1rem;align-items:center;justify-content:space-between}
h1{font-size:1.1rem;margin:0}
h2{font-size:1.4rem;margin:0;overflow-wrap:anywhere}
h3{font-size:1.15rem;margin:0 0 .6rem}
button,select,input[type=search]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.3rem;padding:.3rem .6rem}
button{cursor:pointer}
article{margin-bottom:3rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1rem 0}
.top{display:flex;gap:1.2rem;align-items:center;flex-wrap:wrap}
.top>div{flex:1 1 20rem;min-width:0}
.grade{display:flex;width:5.5rem;height:5.5rem;flex:none;align-items:center;justify-content:center;border-radius:.6rem;color:#fff;font-size:3.6rem;font-weight:700}
.gA{background:#1f6b43}.gB{background:#44690f}.gC{background:#855000}.gD{background:#a33a0c}.gF{background:#a3201a}
.figures{font-size:1.2rem;margin:.2rem 0}
.soft,caption{color:var(--soft)}
.top p{margin:.2rem 0;overflow-wrap:anywhere}
.passed,.failed{font-weight:700}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;padding:.2rem 0}
th,td{text-align:left;padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{white-space:nowrap}
tbody th{font-weight:600}
.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.bar{display:block;width:100%;min-width:6rem;height:.7rem;margin-top:.4rem}
.track{fill:var(--track)}.good{fill:var(--good)}.fair{fill:var(--fair)}.bad{fill:var(--bad)}
.plain{fill:var(--soft)}
.tare{fill:var(--tare)}.cargo{fill:var(--cargo)}.other{fill:var(--other)}
.filters{display:flex;flex-wrap:wrap;gap:.8rem 1.4rem;align-items:end;margin-bottom:.6rem}
.filters fieldset{border:0;padding:0;margin:0;min-width:0}
.filters legend,.field span{font-size:.9rem;color:var(--soft);padding:0;display:block}
.check{margin-right:.8rem;white-space:nowrap}
.check input{margin-right:.3rem}
.count{margin:.4rem 0;font-weight:600}
.rows{padding:0;margin:0;list-style:none}
.finding{border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.6rem}
.finding summary{padding:.5rem .2rem;cursor:pointer}
.finding details>:not(summary){margin:.2rem 0 .5rem 1.4rem;overflow-wrap:anywhere}
.finding .places{padding-left:1.2rem}
.badge{display:inline-block;min-width:5rem;text-align:center;border-radius:.25rem;padding:0 .4rem;color:#fff;font-size:.85rem;font-weight:600}
.s0{background:#7d1a55}.s1{background:#a3201a}.s2{background:#855000}.s3{background:#55600a}.s4{background:#28578f}
.rule{color:var(--soft)}
.gain{font-weight:700;white-space:nowrap}
.more{margin-top:.8rem}
.map{width:100%;min-width:44rem;height:auto;display:block}
.layers td:nth-child(2){min-width:18rem}
.scroll+.scroll{margin-top:1rem}
.map rect{stroke:var(--card);stroke-width:1}
.map .frame{fill:none;stroke:var(--soft)}
.map text{font:11px system-ui,sans-serif;fill:var(--ink);pointer-events:none}
.map .t-tare{fill:var(--tare-ink)}.map .t-cargo{fill:var(--cargo-ink)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;padding:0;list-style:none}
.legend svg{width:1em;height:1em;vertical-align:-.1em;margin-right:.4em}
@media print{:root,:root[data-theme]{${light}--page:#fff}
body{font-size:10pt}.filters,.more,#theme,.skip,nav{display:none!important}section{border:0;padding:0;break-inside:auto}
.finding,tr{break-inside:avoid}.finding{content-visibility:visible}.badge,.grade,.map{print-color-adjust:exact;-webkit-print-color-adjust:exact}.scroll{overflow:visible}.map{min-width:0}}
@media print{:root:not([data-theme=light]){${light}--page:#fff}}
`;
