import { WinnersPage } from '../../components/winners-page';

export default function Page() {
  return <WinnersPage />;
}
