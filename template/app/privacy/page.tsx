import { PrivacyPage } from '../../components/privacy-page';

export default function Page() {
  return <PrivacyPage />;
}
