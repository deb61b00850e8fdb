/** How the pages look: the reader's own font and colours, states by word and shape as well as by colour, one column on a telephone. */
export const STYLE = `:root{color-scheme:light dark;--line:#8884;--good:#0a6b2f;--good-back:#d8f3e0;--bad:#a11212;--bad-back:#fbe0e0;--calm:#444;--calm-back:#8882;--accent:#0b57a4}
@media (prefers-color-scheme:dark){:root{--good:#8ee6ab;--good-back:#0f3a20;--bad:#ffb4b4;--bad-back:#4d1515;--calm:#ccc;--accent:#8ec5ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;gap:0 1rem;align-items:baseline}
h1{margin:0;font-size:1.5rem}
a{color:var(--accent)}
nav a{margin-right:1rem}
footer{margin-top:2rem;opacity:.7;font-size:.875rem}
.message{padding:.5rem 1rem;border-left:.25rem solid var(--accent);background:#8881}
table{width:100%;border-collapse:collapse}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.5rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th[scope=row]{max-width:20rem;font-weight:600;overflow-wrap:break-word}
.state{display:inline-block;min-width:5.5rem;padding:0 .5rem;border-radius:1rem;text-align:center;font-size:.875rem}
.good{color:var(--good);background:var(--good-back)}
.bad{color:var(--bad);background:var(--bad-back);font-weight:600;outline:1px solid}
.calm{color:var(--calm);background:var(--calm-back)}
.why{display:block;opacity:.8;font-size:.875rem}
.actions,.logs{white-space:nowrap}
button{padding:.25rem .75rem;font:inherit;font-size:.875rem;border:1px solid var(--line);border-radius:.375rem;background:#8882;color:inherit;cursor:pointer}
button:hover{border-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
pre{padding:1rem;overflow:auto;border:1px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
@media (max-width:45rem){thead{display:none}tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}th,td{display:inline-block;border:0;padding:.125rem .5rem .125rem 0}td:nth-child(3),.actions,.logs{display:block;white-space:normal}button{margin-bottom:.25rem}}
`;
