using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Tenants;

/// <summary>What an API key may be.</summary>
public static class ApiKeyRules
{
    /// <summary>Null when all is well.</summary>
    public static ApiKeyIsInvalid? Judge(string name, IReadOnlyCollection<string> scopes, IReadOnlyCollection<string> known)
    {
        List<FieldError> errors = [];
        if (string.IsNullOrWhiteSpace(name) || name.Length > TenantRules.NameLengthMax || name.Contains('\0'))
        {
            errors.Add(new FieldError("name", $"Give a name of 1 to {TenantRules.NameLengthMax} characters."));
        }

        if (scopes.Count == 0 || scopes.Except(known).Any())
        {
            errors.Add(new FieldError("scopes", $"Give one or more of: {string.Join(", ", known)}."));
        }

        return errors.Count == 0 ? null : new ApiKeyIsInvalid(errors);
    }
}

public sealed record ApiKeyIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("api_key.invalid", "The API key can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record ApiKeyIsNotThere() : DomainError("api_key.not_found", "There is no such API key.");
