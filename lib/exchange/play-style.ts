/** The playable page's style: paper and ink, a reading column, choices as a list of buttons. */
export const playPageStyle = `
:root{color-scheme:light dark;--ground:#faf7f0;--ink:#1e1b18;--soft:#6b6259;--line:#d9d0c1;--accent:#8c2f2b;--raised:#fffdf8}
@media (prefers-color-scheme:dark){:root{--ground:#16181b;--ink:#e9e4da;--soft:#a39c90;--line:#34373c;--accent:#e08a7d;--raised:#1d2024}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:19px/1.63 Literata,"Iowan Old Style",Palatino,Georgia,serif}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:baseline;justify-content:space-between;max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem .75rem;border-bottom:1px solid var(--line)}
header h1{font-size:1rem;font-weight:600;margin:0;color:var(--soft)}
nav{display:flex;gap:.5rem}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem 5rem;outline:none}
h2{font-size:1.6rem;line-height:1.25;margin:0 0 1.25rem}
p{margin:0 0 1.1em;overflow-wrap:anywhere}
blockquote{margin:0 0 1.1em;padding-inline-start:1rem;border-inline-start:2px solid var(--accent);color:var(--soft)}
pre{white-space:pre-wrap;font-size:.8em;background:var(--raised);border:1px solid var(--line);padding:.75rem}
hr{border:0;text-align:center;margin:1.6em 0}hr::after{content:"* * *";color:var(--soft);letter-spacing:.3em}
a{color:var(--accent)}
figure{margin:0 0 1.25rem}
figure img{display:block;width:100%;height:auto;border:1px solid var(--line);background:var(--raised)}
.panels{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));margin-bottom:1.5rem}
.panels figure{margin:0;position:relative}
figure img.letters{position:absolute;inset:0;height:100%;border:0;background:none}
.choices{list-style:none;margin:2rem 0 0;padding:1.25rem 0 0;border-top:1px solid var(--line)}
.choices li{margin:0 0 .6rem}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:.375rem;cursor:pointer}
nav button{font:14px/1.4 Inter,system-ui,sans-serif;padding:.3rem .7rem;min-height:32px}
.choices button{display:block;width:100%;min-height:44px;text-align:start;padding:.55rem .9rem;background:var(--raised)}
button:hover:not(:disabled){border-color:var(--accent)}
button:focus-visible,main:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
button:disabled{opacity:.45;cursor:default}
.end{margin-top:2.5rem;text-align:center;color:var(--accent);font-size:1.2rem}
.address{font:14px/1.5 Inter,system-ui,sans-serif;overflow-wrap:anywhere;color:var(--soft)}
dialog{max-width:min(30rem,calc(100vw - 2rem));padding:1.25rem;background:var(--raised);color:var(--ink);border:1px solid var(--line);border-radius:.5rem}
dialog::backdrop{background:rgb(0 0 0/.45)}
dialog button,dialog a{font:15px/1.4 Inter,system-ui,sans-serif;display:inline-block;padding:.5rem .9rem;margin-inline-end:.75rem;min-height:40px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media print{nav,.choices{display:none}}
`
