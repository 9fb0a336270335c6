using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using PrizeDraw.Doubles.Faults;

namespace PrizeDraw.Provisioning.Tests.Schedules;

/// <summary>What must happen to a campaign whatever the seed is, so that no run goes without it.</summary>
public enum Fate
{
    /// <summary>What the seed says.</summary>
    Open,

    Cancelled,

    Paused,

    Quarantined,
}

/// <summary>
/// What happens to one campaign of a round. Each call goes wrong, or not, by what the seed, the campaign's number, the operation and the number of
/// its call say: whatever runs beside it. So many faults and no more, so that every schedule ends.
/// </summary>
public sealed class CampaignSchedule
{
    private const int FaultsMax = 15;
    private static readonly double[] Rates = [0, 0.01, 0.03, 0.08, 0.15];

    // What passes is likelier than what refuses: otherwise hardly a campaign would come far.
    private static readonly Fault[] Kinds =
    [
        .. PassingFaults.All.Values, .. PassingFaults.All.Values, Fault.Before(404), Fault.After(404), Fault.Before(409), Fault.After(409), Fault.Before(422),
        Fault.Before(401), Fault.Before(403), Fault.After(202), Fault.After(503),
    ];

    private static readonly Fault[] Lasting = [Fault.Before(500), Fault.Before(401), Fault.Before(422), Fault.DropBefore, Fault.DropAfter, Fault.Before(403)];

    private readonly int _seed, _lastingAt;
    private readonly double _rate;
    private readonly Fault? _lasting;
    private readonly ConcurrentDictionary<string, int> _occurrences = new();
    private int _calls, _faults;
    private volatile bool _isMended;

    private readonly Fate _fate;

    /// <param name="fate">What happens to it for certain; nothing else does then.</param>
    public CampaignSchedule(int seed, int number, string slug, string id, Fate fate = Fate.Open)
    {
        _fate = fate;
        (_seed, Slug, Id) = (unchecked((seed * 1_000_003) + number), slug, id);
        var random = new Random(_seed);
        _rate = random.GetItems(Rates, 1)[0];
        _lasting = random.Next(5) == 0 ? random.GetItems(Lasting, 1)[0] : null;
        _lastingAt = random.Next(1, 50);
        CancelAt = random.Next(7) == 0 ? random.Next(1, 60) : null;
        IsBegunTwice = random.Next(4) == 0;
        if (fate != Fate.Open)
        {
            (_rate, _lasting, IsBegunTwice) = (0, null, false);
            CancelAt = fate == Fate.Cancelled ? 20 : null;
        }
    }

    public string Slug { get; }

    public string Id { get; }

    /// <summary>At which of its calls the user cancels; null for never.</summary>
    public int? CancelAt { get; }

    /// <summary>Whether something happens to it for certain.</summary>
    public bool IsFated => _fate != Fate.Open;

    /// <summary>Whether the user begins it a second time at once, at another host where there is one.</summary>
    public bool IsBegunTwice { get; }

    /// <summary>How many faults it has had.</summary>
    public int Faults => _faults;

    /// <summary>How many calls it has made.</summary>
    public int Calls => _calls;

    private string? LastingOperation { get; set; }

    /// <summary>Counts a call, and says what goes wrong with it.</summary>
    public Fault? At(string operation)
    {
        var call = Interlocked.Increment(ref _calls);
        var occurrence = _occurrences.AddOrUpdate(operation, 1, (_, n) => n + 1);
        if (call == _lastingAt && _lasting is not null)
        {
            LastingOperation = operation;
        }

        var fault = Fated(operation) ?? (LastingOperation == operation && !_isMended ? _lasting : _faults < FaultsMax ? Random(operation, occurrence) : null);
        if (fault is not null)
        {
            Interlocked.Increment(ref _faults);
        }

        return fault;
    }

    /// <summary>Somebody has mended what lasts.</summary>
    public void Mend() => _isMended = true;

    private Fault? Fated(string operation) => (_fate, operation) switch
    {
        _ when _isMended => null,
        (Fate.Paused, "supabase.create") => Fault.Before(401),
        (Fate.Quarantined, "vercel.deploy") => Fault.Before(422),
        (Fate.Quarantined, "vercel.delete-project") => Fault.Before(500),
        _ => null,
    };

    private Fault? Random(string operation, int occurrence)
    {
        var dice = SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed}/{operation}/{occurrence}"));
        return BinaryPrimitives.ReadUInt32BigEndian(dice) < _rate * uint.MaxValue
            ? Kinds[(int)(BinaryPrimitives.ReadUInt32BigEndian(dice.AsSpan(4)) % (uint)Kinds.Length)] : null;
    }
}
