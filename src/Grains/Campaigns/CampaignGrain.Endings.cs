using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>The campaign's row as its deployments leave it.</summary>
public sealed partial class CampaignGrain
{
    /// <summary>The row as a saga leaves it.</summary>
    private CampaignRow EndedRow(DeploymentRow run, CampaignDeployment deployment, SagaState state) => run.Kind switch
    {
        DeploymentKind.Provision => ProvisionedRow(deployment, state),
        DeploymentKind.Content or DeploymentKind.Sync or DeploymentKind.Rollback
            when state == SagaState.Succeeded || (state == SagaState.LeftAsItWas && DeploySite.IsDone(run)) => WithoutNextKey(BuiltRow(deployment)),
        DeploymentKind.RotateSiteKey when state == SagaState.Succeeded => WithNextKey(BuiltRow(deployment)),
        DeploymentKind.Archive when state == SagaState.Succeeded => row! with { State = CampaignLife.Archived },
        DeploymentKind.Unarchive when state == SagaState.Succeeded => row! with { State = CampaignLife.Completed },
        DeploymentKind.Decommission when state == SagaState.Succeeded =>
            row! with { State = CampaignLife.Decommissioned, SiteUrl = null, SiteKey = null, NextSiteKey = null, PreviousSiteKey = null },
        _ => row!,
    };

    /// <summary>With the site as it was built last.</summary>
    private CampaignRow BuiltRow(CampaignDeployment deployment) => row! with
    {
        SiteUrl = DeploySite.Served(deployment).Url,
        Content = deployment.ResultOf<SiteContent>(CustomiseRepository.StepName).Text,
    };

    private CampaignRow ProvisionedRow(CampaignDeployment deployment, SagaState state) => state switch
    {
        SagaState.Succeeded => ReadyRow(deployment),
        SagaState.RolledBack => row! with { State = CampaignLife.RolledBack, SiteUrl = null, TemplateCommit = null, TemplateTag = null },
        SagaState.Quarantined => row! with { State = CampaignLife.Failed },
        _ => row! with { State = CampaignLife.Provisioning },
    };

    /// <summary>With the site that was made.</summary>
    private CampaignRow ReadyRow(CampaignDeployment deployment)
    {
        var repository = deployment.ResultOf<RepositoryRef>(CreateRepository.StepName);
        return BuiltRow(deployment) with
        {
            State = CampaignLife.Ready,
            TemplateCommit = repository.TemplateCommit,
            TemplateTag = repository.TemplateTag,
        };
    }
}
