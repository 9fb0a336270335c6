using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace PrizeDraw.Domain.Users;

/// <summary>What an account may be. Null is not judged: it is left as it is.</summary>
public static partial class UserRules
{
    public const int GrantsMax = 1000;

    private static readonly string[] Roles = ["super_admin", "campaign_manager", "read_only"];

    /// <summary>Null when all is well.</summary>
    public static UserIsInvalid? Judge(string? email, string? role, int tenants, int campaigns)
    {
        List<FieldError> errors = [];
        if (email is not null && !Email().IsMatch(email))
        {
            errors.Add(new FieldError("email", "Give an e-mail address of at most 254 characters, like ann@example.com."));
        }

        if (role is not null && !Roles.Contains(role, StringComparer.Ordinal))
        {
            errors.Add(new FieldError("role", $"Give one of {string.Join(", ", Roles)}."));
        }

        if (tenants > GrantsMax)
        {
            errors.Add(new FieldError("tenantIds", $"Give at most {GrantsMax} tenants."));
        }

        if (campaigns > GrantsMax)
        {
            errors.Add(new FieldError("campaignIds", $"Give at most {GrantsMax} campaigns."));
        }

        return errors.Count == 0 ? null : new UserIsInvalid(errors);
    }

    // Shape only: whether an address exists is found out by writing to it. No spaces, no control characters, one at sign.
    [GeneratedRegex(@"\A(?=.{3,254}\z)[^\s@\p{C}]{1,64}@[^\s@\p{C}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Email();
}

/// <summary>The input names an account that cannot be.</summary>
public sealed record UserIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("user.invalid", "The user can't be like this; errors says what to change.")
{
    public UserIsInvalid(string field, string message)
        : this([new FieldError(field, message)])
    {
    }

    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record UserIsNotThere() : DomainError("user.not_found", "There is no such user.");

public sealed record UserEmailIsTaken() : DomainError("user.email_taken", "Another user has this e-mail address.");

public sealed record UserHasChanged() : DomainError("user.version_conflict", "The user has changed since it was read; read it again.");

public sealed record UserIsLastSuperAdmin()
    : DomainError("user.last_super_admin", "This is the last super_admin who can log in; make another one first.");
