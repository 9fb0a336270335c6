import { TermsPage } from '../../components/terms-page';

export default function Page() {
  return <TermsPage />;
}
