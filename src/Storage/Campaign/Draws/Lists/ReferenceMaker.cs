using System;
using System.Buffers;
using System.Buffers.Binary;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Makes the references of one part's entries after another and puts them into the spill. An entry whose person has no key is excluded as
/// <c>erased</c>, whatever else it is excluded for. One thread at a time; several makers may share a spill.
/// </summary>
internal sealed class ReferenceMaker(CandidateFiles files, ReasonCodes reasons, ListSpill spill) : IDisposable
{
    private readonly PartitionedFile.Writer _eligible = spill.Eligible.NewWriter();
    private readonly PartitionedFile.Writer _excluded = spill.Excluded.NewWriter();
    private readonly PartitionedFile.Writer _persons = spill.Persons.NewWriter();

    /// <summary>Answers how many entries the part has.</summary>
    public int Make(int part)
    {
        var count = files.Entries.Count(part);
        var entries = ArrayPool<byte>.Shared.Rent(Math.Max(1, count * CandidateFiles.EntrySize));
        try
        {
            files.Entries.Read(part, entries);
            using var people = new PeopleOfPart(files.People, part);
            for (var i = 0; i < count; i++)
            {
                Make(people, entries.AsSpan(i * CandidateFiles.EntrySize, CandidateFiles.EntrySize));
            }

            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(entries);
        }
    }

    public void Complete()
    {
        _eligible.Complete();
        _excluded.Complete();
        _persons.Complete();
    }

    public void Dispose()
    {
        _eligible.Dispose();
        _excluded.Dispose();
        _persons.Dispose();
    }

    private void Make(PeopleOfPart people, ReadOnlySpan<byte> candidate)
    {
        var entrantId = candidate[..CandidateFiles.IdSize];
        var entryId = candidate.Slice(CandidateFiles.IdSize, CandidateFiles.IdSize);
        var number = BinaryPrimitives.ReadInt32LittleEndian(candidate[CandidateFiles.NumberAt..]);
        var excluded = (candidate[CandidateFiles.FlagsAt] & CandidateFiles.IsExcluded) != 0;
        var stored = (candidate[CandidateFiles.FlagsAt] & CandidateFiles.HasPersonRef) != 0 ? candidate[CandidateFiles.RefAt..] : default;
        var key = people.KeyOf(entrantId);
        Span<byte> refs = stackalloc byte[ListSpill.RefsSize];
        var entry = refs[..ListSpill.RefSize];
        if (key.IsEmpty)
        {
            ListedRefs.ErasedEntryRef(entryId, entry);
            (excluded, number) = (true, reasons.PlaceOf("erased"u8));
        }
        else
        {
            ListedRefs.EntryRef(key, entryId, entry);
        }

        MakePersonRef(key, entrantId, stored, refs[ListSpill.RefSize..]);
        Put(excluded, refs, entryId, number);
    }

    private void Put(bool excluded, ReadOnlySpan<byte> refs, ReadOnlySpan<byte> entryId, int number)
    {
        var record = (excluded ? _excluded : _eligible).Next(refs[0]);
        refs.CopyTo(record);
        entryId.CopyTo(record[ListSpill.RefsSize..]);
        BinaryPrimitives.WriteInt32LittleEndian(record[ListSpill.NumberAt..], number);
        if (!excluded)
        {
            refs[ListSpill.RefSize..].CopyTo(_persons.Next(refs[ListSpill.RefSize]));
        }
    }

    private static void MakePersonRef(ReadOnlySpan<byte> key, ReadOnlySpan<byte> entrantId, ReadOnlySpan<byte> stored, Span<byte> person)
    {
        if (!stored.IsEmpty)
        {
            stored.CopyTo(person);
        }
        else if (key.IsEmpty)
        {
            ListedRefs.ErasedPersonRef(entrantId, person);
        }
        else
        {
            ListedRefs.PersonRef(key, person);
        }
    }
}
