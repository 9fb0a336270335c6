using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Silo.Doctor;

/// <summary>The command <c>doctor</c>: says what is wrong and what to do. Changes nothing. Exit code 1 when something fails, else 0.</summary>
public static class DoctorCommand
{
    public static Command Doctor(Func<ParseResult, PlatformOptions> options)
    {
        var json = new Option<bool>("--json") { Description = "Answer in JSON." };
        var command = new Command("doctor", "Say what is wrong with this installation and what to do.") { json };
        command.SetAction((parsed, ct) => RunAsync(options(parsed), parsed.GetValue(json), Console.Out, TimeProvider.System, ct));
        return command;
    }

    public static async Task<int> RunAsync(PlatformOptions options, bool json, TextWriter output, TimeProvider clock, CancellationToken ct)
    {
        var machine = new MachineChecks(options, clock);
        List<Finding> found = [.. await machine.LookAsync(ct)];
        found.AddRange(await new DatabaseChecks(options, clock).LookAsync(machine.IsRunning, ct));
        var isWell = found.TrueForAll(f => f.Level != FindingLevel.Fail);
        if (json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new { healthy = isWell, findings = found.Select(f => new { level = f.Level.ToString().ToLowerInvariant(), what = f.What, says = f.Says }) }));
        }
        else
        {
            found.ForEach(output.WriteLine);
        }

        return isWell ? 0 : 1;
    }
}
