/** The pages' one style sheet, served as a file: colours are those of the report, with a contrast of at least 4.5 to 1. */

const dark = `color-scheme:dark;--page:#15181b;--card:#1d2125;--ink:#e8eaec;--soft:#aab1b8;--line:#3b4147;--link:#8cc2ff;--bad:#f0847c;--good:#5fb98a;`;

export const siteStyle = `:root{color-scheme:light;--page:#fbfbf9;--card:#fff;--ink:#1d2125;--soft:#565d64;--line:#d5d8db;--link:#0b57a4;--bad:#b3261e;--good:#2d7d4f}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}
pre{overflow-x:auto;max-height:24rem;background:var(--page);padding:.6rem}
.skip{position:absolute;left:-99em}
.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem}
body>header,body>footer,main{max-width:76rem;margin:0 auto;padding:1rem}
body>header{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;align-items:center}
body>header strong{font-size:1.1rem}
nav ul{display:flex;align-items:center;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:0;list-style:none}
nav form{margin:0}
[aria-current]{font-weight:700}
h1{font-size:1.4rem;margin:0 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 .6rem;overflow-wrap:anywhere}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--soft)}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{white-space:nowrap}
tbody th{font-weight:600}
.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.time{white-space:nowrap}
.soft,footer{color:var(--soft)}
.bad{color:var(--bad)}.good{color:var(--good)}
.grade{display:inline-block;min-width:1.8rem;text-align:center;border-radius:.25rem;color:#fff;font-weight:700}
.gA{background:#1f6b43}.gB{background:#44690f}.gC{background:#855000}.gD{background:#a33a0c}.gF{background:#a3201a}
.filters{display:flex;flex-wrap:wrap;gap:.8rem 1.2rem;align-items:end;margin:0 0 1rem}
label span{display:block;font-size:.9rem;color:var(--soft)}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.3rem;padding:.3rem .6rem}
button{cursor:pointer}
.trend{width:100%;min-width:32rem;height:auto;display:block}
.trend text{font:12px system-ui,sans-serif;fill:var(--soft)}
.trend .grid{stroke:var(--line)}
.trend .line{fill:none;stroke:var(--link);stroke-width:2}
.trend .passed{fill:var(--good)}
.trend .failed{fill:var(--bad)}
`;
