using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Silo;

/// <summary>What is said when the master key is lost or wrong: how to go on, and what is lost for ever without it.</summary>
internal static class LostKey
{
    /// <summary>Before anything is changed: under another key the roles of the database would get passwords that no other host knows.</summary>
    /// <param name="central">The central database and the key.</param>
    /// <param name="dataFolder">Where the key's file belongs.</param>
    /// <param name="isNew">Whether the key was made by this start.</param>
    /// <param name="ct">Ends the look.</param>
    public static async Task RequireFittingAsync(CentralOptions central, string dataFolder, bool isNew, CancellationToken ct)
    {
        if (await MasterKeyCheck.RunAsync(central, ct) is not { Fits: false } verdict)
        {
            return;
        }

        var path = MasterKeyFile.PathIn(dataFolder);
        if (isNew)
        {
            File.Delete(path); // Made a moment ago, and good for nothing.
        }

        throw new StartException(Message(
            isNew ? $"There is no master key in {path}, but the central database was encrypted with one."
                : $"The central database was encrypted with another master key than the one here (its id is {central.MasterKey.Id}).", verdict.Wanted, path));
    }

    /// <param name="why">A sentence that says what was found.</param>
    /// <param name="wanted">Id of the key that is needed; null when nobody knows it.</param>
    /// <param name="path">Where the key's file belongs.</param>
    public static string Message(string why, string? wanted, string path) =>
        $"""
        {why} The platform does not start, and has changed nothing.

        To go on: put the right key{(wanted is null ? "" : $" (its id is {wanted})")} into {path}, or set PLATFORM_MASTER_KEY to it. It is the file master.key that the first
        start made, or what PLATFORM_MASTER_KEY was when this installation last ran; look where you keep keys, on the other hosts, and in copies of the
        data folder. A backup of the platform does not hold it.

        Should it be lost for ever: entries, winners, audit, certificates and published lists can still be read in PostgreSQL and verified by anybody.
        Lost are the accounts' tokens at providers (make new ones there), passwords of databases (a PostgreSQL superuser can set new ones), the signing key
        (what it signed stays valid), secrets of draws and winning moments that are not revealed yet (those draws can't be run as they were committed to),
        webhooks' secrets, and the keys that tell an entrant's repeated entry. A new installation, with a data folder and database of its own, is then needed.
        """;
}
