using System;
using System.IO;
using System.Threading.Tasks;
using PrizeDraw.Silo;
using PrizeDraw.Silo.Doctor;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>What an operator does at the command line while the platform runs.</summary>
internal static class CommandActs
{
    /// <summary>New passwords for the campaigns' databases, a backup, and the doctor in both ways of telling; each is printed.</summary>
    public static async Task RunAsync(SecretScene scene)
    {
        await RotateCommand.PasswordsAsync(scene.Options, scene.Printed.Enqueue, TimeProvider.System, default);
        scene.Printed.ShouldContain(line => line.EndsWith("have new passwords; the old ones are void.", StringComparison.Ordinal) && !line.StartsWith("0 ", StringComparison.Ordinal));
        await BackupCommands.BackupAsync(scene.Options, scene.BackupFile, scene.Printed.Enqueue, TimeProvider.System, default);
        foreach (var json in (bool[])[false, true])
        {
            await using var output = new StringWriter();
            await DoctorCommand.RunAsync(scene.Options, json, output, TimeProvider.System, default);
            output.ToString().ShouldContain(" databases");
            scene.Printed.Enqueue($"{output}");
        }
    }
}
