namespace PrizeDraw.Doubles.Vercel;

/// <summary>Pausing of projects.</summary>
public sealed partial class VercelDouble
{
    /// <summary>Whether a project serves nobody.</summary>
    public bool IsPaused(string name) => ByName(name)?.IsPaused == true;

    private DoubleAnswer Pause(string id, bool pause)
    {
        if (ByName(id) is not { } project)
        {
            return NoProject;
        }

        project.IsPaused = pause;
        return new DoubleAnswer(200, null);
    }

    private void MapPauses(DoubleRoutes routes)
    {
        routes.On("POST", "/v1/projects/{projectId}/pause", "vercel.pause-project", request => Pause(request["projectId"], true));
        routes.On("POST", "/v1/projects/{projectId}/unpause", "vercel.unpause-project", request => Pause(request["projectId"], false));
    }
}
