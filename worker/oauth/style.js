// The look of worker/home, on a card.
export const style = `
:root {
  --page: #faf9f7; --card: #fff; --code: #f3f1ed; --line: #e2ded7; --field: #8b867e;
  --text: #1d1c1a; --soft: #5f5b54; --link: #0b5cad; --main: #0d6b3c; --on-main: #fff;
  --caution: #6b4e00; --caution-bg: #fdf3d3; --problem: #9b1c1c; --problem-bg: #fde8e8;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131415; --card: #1b1c1e; --code: #111213; --line: #303236; --field: #7d7f84;
    --text: #e9e7e3; --soft: #a8a59f; --link: #8cbcf5; --main: #86e3ae; --on-main: #0c1f14;
    --caution: #f3d98b; --caution-bg: #3a2f0e; --problem: #f5a3a3; --problem-bg: #3d1717;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit }
body {
  min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
}
.card { width: 100%; max-width: 27rem; padding: clamp(1.25rem, 6vw, 2rem); border: 1px solid var(--line); border-radius: 12px; background: var(--card) }
.card > * + *, form > * + * { margin-top: 1rem }
.server { font-family: var(--mono); font-size: .8125rem; color: var(--soft) }
h1 { margin-top: .25rem !important; font-size: 1.5rem; font-weight: 700; line-height: 1.25; letter-spacing: -.02em }
bdi, strong, legend, label[for] { font-weight: 600 }
dt { font-size: .8125rem; color: var(--soft) }
dd + dt { margin-top: .6rem }
code { padding: .1em .35em; border-radius: 4px; background: var(--code); font-family: var(--mono); font-size: .875em }
fieldset { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px }
legend { padding: 0 .4rem; margin-left: -.4rem; font-size: .875rem }
.scope { display: flex; align-items: center; gap: .6rem; padding: .35rem 0 }
.scope input { width: 1.1rem; height: 1.1rem; flex: none; accent-color: var(--main) }
input[type=password] { display: block; width: 100%; margin-top: .35rem; padding: .6rem .75rem; border: 1px solid var(--field); border-radius: 8px; background: var(--page) }
button, .button {
  display: block; width: 100%; padding: .6rem 1rem; border: 1px solid var(--field); border-radius: 8px;
  background: none; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
.main { border-color: var(--main); background: var(--main); color: var(--on-main) }
.choices { display: grid; gap: .75rem; grid-template-columns: 1fr 1fr }
.link { width: auto; padding: 0; border: 0; color: var(--link); font-weight: 400; text-decoration: underline; text-underline-offset: .2em }
.or { display: flex; align-items: center; gap: .75rem; color: var(--soft); font-size: .875rem }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line) }
.caution, .problem { padding: .6rem .85rem; border-radius: 8px; font-size: .9375rem }
.caution { background: var(--caution-bg); color: var(--caution) }
.problem { background: var(--problem-bg); color: var(--problem) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
`;
