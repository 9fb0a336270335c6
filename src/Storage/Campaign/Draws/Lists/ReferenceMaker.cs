using System;
using System.Buffers.Binary;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>Makes the references of entries and puts them into the spill. One thread at a time; several makers may share a spill.</summary>
internal sealed class ReferenceMaker(ListSpill spill) : IDisposable
{
    private readonly PartitionedFile.Writer _eligible = spill.Eligible.NewWriter();
    private readonly PartitionedFile.Writer _excluded = spill.Excluded.NewWriter();
    private readonly PartitionedFile.Writer _persons = spill.Persons.NewWriter();

    public void Make(CandidateBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Make(batch[i]);
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

    private void Make(CandidateBatch.Row row)
    {
        Span<byte> refs = stackalloc byte[ListSpill.RefsSize];
        var entry = refs[..ListSpill.RefSize];
        var person = refs[ListSpill.RefSize..];
        if (row.Key.IsEmpty)
        {
            ListedRefs.ErasedEntryRef(row.EntryId, entry);
        }
        else
        {
            ListedRefs.EntryRef(row.Key, row.EntryId, entry);
        }

        MakePersonRef(row, person);
        var record = (row.Excluded ? _excluded : _eligible).Next(entry[0]);
        refs.CopyTo(record);
        row.EntryId.CopyTo(record[ListSpill.RefsSize..]);
        BinaryPrimitives.WriteInt32LittleEndian(record[ListSpill.NumberAt..], row.Number);
        if (!row.Excluded)
        {
            person.CopyTo(_persons.Next(person[0]));
        }
    }

    private static void MakePersonRef(CandidateBatch.Row row, Span<byte> person)
    {
        if (!row.PersonRef.IsEmpty)
        {
            row.PersonRef.CopyTo(person);
        }
        else if (row.Key.IsEmpty)
        {
            ListedRefs.ErasedPersonRef(row.EntrantId, person);
        }
        else
        {
            ListedRefs.PersonRef(row.Key, person);
        }
    }
}
