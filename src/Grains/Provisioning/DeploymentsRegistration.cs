using System;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Domains;
using PrizeDraw.Grains.Rehearsals;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Every kind of deployment, with its steps in order.</summary>
internal static class DeploymentsRegistration
{
    public static IServiceCollection AddDeployments(this IServiceCollection services)
    {
        services.AddSingleton<MakeSecrets>().AddSingleton<CreateDatabase>().AddSingleton<MigrateDatabase>().AddSingleton<SeedCampaign>()
            .AddSingleton<CreateRepository>().AddSingleton<CreateSite>().AddSingleton<CustomiseRepository>().AddSingleton<DeploySite>()
            .AddSingleton<VerifySite>();
        services.AddSingleton<SettleRecords>().AddSingleton<RemoveSite>().AddSingleton<CloseDatabase>().AddSingleton<RemoveDatabase>()
            .AddSingleton<RemoveRepository>().AddSingleton<RemoveSecrets>();
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.Provision, "provisioning", OnFailure.RollBack,
        [
            p.Step<PreflightStep>(), p.Step<MakeSecrets>(), p.Step<CreateRepository>(), p.Step<CreateDatabase>(), p.Step<CustomiseRepository>(),
            p.Step<ReadyDatabase>(), p.Step<MigrateDatabase>(), p.Step<SeedCampaign>(), p.Step<CreateSite>(), p.Step<DeploySite>(),
            p.Step<VerifySite>(),
        ]));
        services.AddSingleton<LostParts>().AddSingleton<DatabaseDoor>().AddSingleton<SiteRest>().AddSingleton<DatabaseRest>().AddSingleton<SuspendSite>().AddSingleton<RestDatabase>()
            .AddSingleton<WakeDatabase>().AddSingleton<ResumeSite>().AddSingleton<OpenDatabase>();
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.Content, "content", OnFailure.LeaveAsItWas,
            [p.Step<CustomiseRepository>(), p.Step<DeploySite>(), p.Step<VerifySite>()]));
        services.AddSingleton(p => AfterSync(p, DeploymentKind.Sync, p.Step<RehearseEntry>())).AddSingleton(p => AfterSync(p, DeploymentKind.Rollback));
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.Archive, "archiving", OnFailure.RollBack,
            [p.Step<SuspendSite>(), p.Step<SettleRecords>(), p.Step<RestDatabase>()]));
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.Unarchive, "unarchiving", OnFailure.RollBack,
            [p.Step<WakeDatabase>(), p.Step<ResumeSite>(), p.Step<VerifySite>(), p.Step<OpenDatabase>()]));
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.Decommission, "decommissioning", OnFailure.Insist,
        [
            p.Step<SettleRecords>(), p.Step<RemoveDomains>(), p.Step<RemoveSite>(), p.Step<CloseDatabase>(), p.Step<RemoveDatabase>(),
            p.Step<RemoveRepository>(), p.Step<RemoveSecrets>(),
        ]));
        return services.AddRotation().AddSingleton<ProvisioningPlan>();
    }

    private static IServiceCollection AddRotation(this IServiceCollection services)
    {
        services.AddSingleton<PasswordTurn>().AddSingleton<SetDatabasePassword>().AddSingleton<SetOwnerPassword>();
        services.AddSingleton(p => new DeploymentKind(DeploymentKind.RotateSiteKey, "site_key_rotation", OnFailure.WaitThenRollBack,
            [p.Step<CustomiseRepository>(), p.Step<DeploySite>(), p.Step<VerifySite>()]));
        services.AddSingleton(p => Passwords(p, DeploymentKind.RotateDatabasePassword, "database_password_rotation", p.Step<SetDatabasePassword>(), PasswordNames.Campaign));
        return services.AddSingleton(p => Passwords(p, DeploymentKind.RotateOwnerPassword, "owner_password_rotation", p.Step<SetOwnerPassword>(), PasswordNames.Owner));
    }

    // The campaign's own file is written again, which answers the branch's newest commit: that is what is built.
    private static DeploymentKind AfterSync(IServiceProvider services, string kind, params ISagaStep[] last) => new(kind, kind, OnFailure.LeaveAsItWas,
        [services.Step<CustomiseRepository>(), services.Step<DeploySite>(), services.Step<VerifySite>(), .. last]);

    private static DeploymentKind Passwords(IServiceProvider services, string kind, string doing, ISagaStep set, PasswordNames names) =>
        new(kind, doing, OnFailure.WaitThenRollBack, [set, new KeepPassword(services.GetRequiredService<PasswordTurn>(), names)])
        {
            NewSecret = names.Next,
            Passing = [names.Next, names.Previous],
        };

    private static T Step<T>(this IServiceProvider services)
        where T : ISagaStep => services.GetRequiredService<T>();
}
