using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Storage.Campaign.Codes;

namespace PrizeDraw.Grains.Codes;

/// <summary>
/// Takes codes from a file, some thousand lines a call. Each call is one transaction: codes, counts and how far the import has come. An
/// import that is cut short is sent again under its key and goes on from there.
/// </summary>
public sealed partial class CodeBatchGrain
{
    /// <summary>Lines of one call at the most.</summary>
    private const int LinesMax = 5_000;

    private readonly Dictionary<Guid, ImportPass> passes = [];

    public async Task<Result<CodeImportView>> ImportAsync(ImportCodes command)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(command.Lines.Length, LinesMax);
        if (await LoadAsync() is not { } current)
        {
            return Refusals.Of(new CodeBatchIsNotThere());
        }

        if (current.Source != CodeBatchRules.Imported)
        {
            return Refusals.Of(new CodeBatchIsElsewhere("This batch is generated: create one without a count to import codes."));
        }

        if (View(current).State == CodeBatchStates.Expired)
        {
            return Refusals.Of(new CodeBatchIsElsewhere("This batch has expired."));
        }

        if (await PassAsync(command) is not { } pass)
        {
            return Refusals.Of(new CodeImportIsInterrupted());
        }

        if (pass.Advance(command.Lines, command.Last) is not { } fresh)
        {
            passes.Remove(command.ImportId);
            return Refusals.Of(new CodeImportIsAnother());
        }

        return pass.Stored.Finished || (fresh.IsEmpty && !command.Last) ? View(pass.Stored) : await TakeAsync(current, pass, fresh, command);
    }

    /// <summary>The reading that the call goes on with; null when it must begin anew.</summary>
    private async Task<ImportPass?> PassAsync(ImportCodes command)
    {
        if (command.After > 0 && passes.TryGetValue(command.ImportId, out var pass))
        {
            return pass.Read == command.After ? pass : null;
        }

        var stored = await imports.FindAsync(address, command.ImportId, CancellationToken.None);
        pass = ImportPass.Begin(command.ImportId, stored, command.After);
        if (pass is not null)
        {
            passes[command.ImportId] = pass;
        }

        return pass;
    }

    private async Task<Result<CodeImportView>> TakeAsync(
        CodeBatchRow current, ImportPass pass, ImmutableArray<ImportLine> fresh, ImportCodes command)
    {
        var (codes, rejects) = ImportPass.Judge(current.Prefix, fresh);
        var known = codes.Count == 0
            ? new HashSet<string>()
            : await imports.KnownAsync(address, [.. codes.Select(c => c.Code.Canonical)], CancellationToken.None);
        rejects.AddRange(codes.Where(c => known.Contains(c.Code.Canonical)).Select(c => new ImportReject(c.Line, ImportedCode.Duplicate)));
        rejects.Sort((a, b) => a.Line.CompareTo(b.Line));
        NumberedCode[] taken =
        [
            .. codes.Where(c => !known.Contains(c.Code.Canonical))
                .Select((c, i) => new NumberedCode(current.Generated + 1 + i, c.Code.Canonical, c.Code.Shown)),
        ];
        if (current.Generated + taken.Length > CodeBatchRules.CountMax)
        {
            passes.Remove(command.ImportId);
            return Refusals.Of(new CodeBatchIsFull());
        }

        return await StoreAsync(current, pass, taken, pass.After(taken.Length, rejects, command.Last), command);
    }

    private async Task<Result<CodeImportView>> StoreAsync(
        CodeBatchRow current, ImportPass pass, NumberedCode[] taken, CodeImportRow import, ImportCodes command)
    {
        var finished = command.Last
            ? Event(command.Actor, "codes.imported", new { import.Lines, import.Accepted, import.Rejected })
            : null;
        // Until it is known to stand, nothing is known: a failure leaves the truth to be loaded.
        batch = null;
        passes.Remove(command.ImportId);
        if (await imports.AddAsync(address, current.Epoch, current.Generated, taken, import, clock.GetUtcNow(), finished, CancellationToken.None)
            != CodeWrite.Done)
        {
            DeactivateOnIdle();
            return Refusals.Of(new CodeImportIsInterrupted());
        }

        var generated = current.Generated + taken.Length;
        batch = current with
        {
            Generated = generated,
            Count = generated,
            State = command.Last && generated > 0 && current.State == CodeBatchStates.Importing ? CodeBatchStates.Ready : current.State,
        };
        pass.Stored = import;
        if (command.Last)
        {
            await RelayAsync();
        }
        else
        {
            passes[command.ImportId] = pass;
        }

        return View(import);
    }

    private static CodeImportView View(CodeImportRow import) => new(
        Ids.Format(Ids.CodeImport, import.Id), import.Lines, import.Accepted, import.Rejected, import.Rejects, import.Finished);
}
