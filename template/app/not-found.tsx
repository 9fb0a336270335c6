import { texts } from '../lib/texts';

export default function NotFound() {
  return (
    <main id="content" className="plain plain-centre">
      <p className="plain-code" aria-hidden="true">404</p>
      <h1>{texts.notFound.heading}</h1>
      <p>{texts.notFound.text}</p>
      <p><a className="button" href="/">{texts.nav.backHome}</a></p>
    </main>
  );
}
