using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>A key of a project's front doors, and the database role that it stands for.</summary>
public sealed record DoubleKey(string Id, string Name, string Type, string Secret, string Role);

/// <summary>A project of the double. Its database is a real one.</summary>
public sealed class DoubleProject
{
    private readonly Queue<string> _course = [];

    internal DoubleProject(string name, string since)
    {
        (Name, Since) = (name, since);
        Ref = string.Concat(RandomNumberGenerator.GetItems<char>("abcdefghijklmnopqrstuvwxyz", 20));
        Keys =
        [
            Legacy("anon"), Legacy("service_role"),
            Key("publishable", "default", "anon"), Key("secret", "default", "service_role"),
        ];
    }

    public string Ref { get; }

    public string Name { get; internal set; }

    public string Status { get; private set; } = "COMING_UP";

    /// <summary>What the Data API serves, with commas between; empty when it is off.</summary>
    public string ServedSchemas { get; internal set; } = "public,graphql_public";

    public bool IsSslEnforced { get; internal set; }

    /// <summary>Every key that was issued.</summary>
    public ImmutableArray<DoubleKey> Keys { get; private set; }

    internal string Since { get; }

    /// <summary>How many looks more do not find it yet.</summary>
    internal int LooksUnknown { get; set; }

    /// <summary>How many looks more find no pooler yet.</summary>
    internal int LooksWithoutPooler { get; set; }

    internal string Database => "project_" + Ref;

    internal string Owner => "owner_" + Ref;

    internal bool IsUp => Status == "ACTIVE_HEALTHY";

    /// <summary>What it goes through from here, one step at each look at the project.</summary>
    internal void Go(params ReadOnlySpan<string> course)
    {
        _course.Clear();
        foreach (var status in course)
        {
            _course.Enqueue(status);
        }

        Step();
    }

    internal void Step() => Status = _course.TryDequeue(out var next) ? next : Status;

    internal DoubleKey Issue(string type, string name)
    {
        var key = Key(type, name, type == "secret" ? "service_role" : "anon");
        Keys = Keys.Add(key);
        return key;
    }

    private static DoubleKey Legacy(string role) => new(role, role, "legacy", $"eyJhbGciOiJIUzI1NiJ9.{Random()}.{Random()}", role);

    private static DoubleKey Key(string type, string name, string role) => new(Random(), name, type, $"sb_{type}_{Random()}", role);

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
