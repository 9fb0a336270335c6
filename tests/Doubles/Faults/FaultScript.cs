using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Doubles.Faults;

/// <summary>A fault that happened: at which call of which operation.</summary>
public sealed record FaultHit(string Operation, int Occurrence, Fault Fault);

/// <summary>
/// What goes wrong at a double, by operation and occurrence. <see cref="Any"/> stands for every operation. Where several lines of the
/// script fit a call, the first one written goes; seeded faults come last.
/// </summary>
public sealed class FaultScript
{
    /// <summary>As an operation: whichever is called.</summary>
    public const string Any = "*";

    private readonly Lock _gate = new();
    private readonly List<Line> _lines = [];
    private readonly Dictionary<string, int> _calls = [];
    private readonly List<FaultHit> _hits = [];
    private TaskCompletionSource _letGo = New();
    private Seed? _seed;

    /// <summary>What has happened so far, in order.</summary>
    public IReadOnlyList<FaultHit> Hits => Locked(() => _hits.ToImmutableArray());

    /// <summary>The next call of an operation goes wrong; several faults take one call each.</summary>
    public FaultScript On(string operation, params Fault[] faults)
    {
        for (var i = 0; i < faults.Length; i++)
        {
            On(operation, i + 1, faults[i]);
        }

        return this;
    }

    /// <summary>A call of an operation goes wrong, once. <paramref name="occurrence"/> counts from now; 1 is the next one.</summary>
    public FaultScript On(string operation, int occurrence, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(occurrence);
        return Add(operation, fault, occurrence);
    }

    /// <summary>As above, of the calls alone that are about something: only those are counted.</summary>
    public FaultScript On(string operation, int occurrence, Fault fault, Func<SeenRequest, bool> about)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(occurrence);
        return Add(operation, fault, occurrence, about);
    }

    /// <summary>Every call of an operation goes wrong, until <see cref="Clear"/>; with <paramref name="about"/>, every one about something.</summary>
    public FaultScript Always(string operation, Fault fault, Func<SeenRequest, bool>? about = null) => Add(operation, fault, null, about);

    /// <summary>
    /// Is told of each call before it is served, and what it answers goes before the script; null leaves the call to the script. It runs while
    /// the caller waits for its answer, so what it ends is ended before the provider has done anything.
    /// </summary>
    public Func<SeenRequest, string, Task<Fault?>>? Meanwhile { get; set; }

    /// <summary>
    /// Calls go wrong at random, <paramref name="rate"/> (0 to 1) of them: each by what the seed, the operation and the number of its
    /// call say, so that the same seed does the same to the same calls whatever runs beside them. <paramref name="kinds"/> are what
    /// may happen; by default a busy or broken provider, and connections lost before and after.
    /// </summary>
    public FaultScript Seeded(int seed, double rate, params Fault[] kinds)
    {
        Locked(() => _seed = new Seed(seed, rate, kinds.Length > 0 ? [.. kinds] : Seed.Usual));
        return this;
    }

    /// <summary>From now on all goes well; what is held up goes on.</summary>
    public void Clear()
    {
        Meanwhile = null;
        Locked(() =>
        {
            _lines.Clear();
            _seed = null;
        });
        LetGo();
    }

    /// <summary>Takes back what was written with this very <paramref name="about"/>.</summary>
    public void Forget(Func<SeenRequest, bool> about) => Locked(() => _lines.RemoveAll(l => ReferenceEquals(l.About, about)));

    /// <summary>What is held up by a slow fault goes on.</summary>
    public void LetGo() => Locked(() =>
    {
        var held = _letGo;
        _letGo = New();
        return held;
    }).TrySetResult();

    /// <summary>Counts a call and answers what happens to it, or null.</summary>
    internal Fault? Next(string operation, SeenRequest request) => Locked(() =>
    {
        var occurrence = _calls[operation] = _calls.GetValueOrDefault(operation) + 1;
        var fitting = _lines.Where(l => (l.Operation == operation || l.Operation == Any) && l.IsAbout(request)).ToArray();
        // Every line counts the call, also those that another one goes before.
        var due = fitting.Where(l => l.Counts()).ToArray();
        var fault = due.FirstOrDefault()?.Fault ?? _seed?.At(operation, occurrence);
        _lines.RemoveAll(l => l.IsSpent);
        if (fault is not null)
        {
            _hits.Add(new FaultHit(operation, occurrence, fault));
        }

        return fault;
    });

    internal Task HoldAsync(CancellationToken ct) => Locked(() => _letGo.Task).WaitAsync(ct);

    private FaultScript Add(string operation, Fault fault, int? occurrence, Func<SeenRequest, bool>? about = null)
    {
        Locked(() => _lines.Add(new Line(operation, fault, occurrence, about)));
        return this;
    }

    private void Locked(Action what)
    {
        lock (_gate)
        {
            what();
        }
    }

    private T Locked<T>(Func<T> what)
    {
        lock (_gate)
        {
            return what();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Left is how many calls until it is due; null for every call.
    private sealed class Line(string operation, Fault fault, int? left, Func<SeenRequest, bool>? about)
    {
        private int? _left = left;

        public string Operation => operation;

        public Fault Fault => fault;

        public bool IsSpent => _left == 0;

        public Func<SeenRequest, bool>? About => about;

        public bool IsAbout(SeenRequest request) => about is null || about(request);

        public bool Counts() => _left is null || --_left == 0;
    }

    private sealed record Seed(int Number, double Rate, ImmutableArray<Fault> Kinds)
    {
        public static ImmutableArray<Fault> Usual { get; } =
        [
            Fault.Before(500), Fault.Before(502), Fault.Before(503), Fault.Before(429, null, ("Retry-After", "0")),
            Fault.DropBefore, Fault.DropAfter, Fault.After(500), Fault.After(502),
        ];

        public Fault? At(string operation, int occurrence)
        {
            var dice = SHA256.HashData(Encoding.UTF8.GetBytes($"{Number}/{operation}/{occurrence}"));
            return BinaryPrimitives.ReadUInt32BigEndian(dice) < Rate * uint.MaxValue
                ? Kinds[(int)(BinaryPrimitives.ReadUInt32BigEndian(dice.AsSpan(4)) % (uint)Kinds.Length)]
                : null;
        }
    }
}
