namespace EdgePose.Scene;

/// <summary>One kind of rule over the people of a scene. Its states are in storage made once; a frame allocates nothing.</summary>
internal interface ISceneWatch
{
    /// <summary>A person whom nobody knew: forgets the state of the slot.</summary>
    void Start(Person person);

    /// <summary>A frame shows the person.</summary>
    void See(Person person, in Moment now, SceneEvents events);

    /// <summary>A frame does not show the person, who keeps the place.</summary>
    void Miss(Person person, in Moment now, SceneEvents events)
    {
    }

    /// <summary>The person is gone: closes what is open.</summary>
    void Leave(Person person, EndCause cause, in Moment now, SceneEvents events);

    /// <summary>Every person of the frame has been looked at.</summary>
    void EndFrame(in Moment now, SceneEvents events)
    {
    }

    /// <summary>The scene ends, and everybody has left: closes what is open.</summary>
    void End(EndCause cause, in Moment now, SceneEvents events)
    {
    }
}
