using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>Reason codes in the order in which they were met. Several threads may ask.</summary>
internal sealed class ReasonCodes
{
    private readonly List<byte[]> _codes = [];

    public ImmutableArray<string> All
    {
        get
        {
            lock (_codes)
            {
                return [.. _codes.ConvertAll(Encoding.ASCII.GetString)];
            }
        }
    }

    /// <summary>The place of a code, from 0. What is no code is an <see cref="InvalidDataException"/>.</summary>
    public int PlaceOf(ReadOnlySpan<byte> code)
    {
        lock (_codes)
        {
            // A handful at most: looking through them is quicker than hashing.
            for (var i = 0; i < _codes.Count; i++)
            {
                if (code.SequenceEqual(_codes[i]))
                {
                    return i;
                }
            }

            if (code.Length is 0 or > ListedLeaf.ReasonMax || code.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                throw new InvalidDataException($"'{Encoding.UTF8.GetString(code)}' is not a reason code.");
            }

            _codes.Add(code.ToArray());
            return _codes.Count - 1;
        }
    }
}
