using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class TermsSearchTests
{
    [Fact]
    public void A_broker_of_5_that_refuses_a_retained_will_and_then_qos_1_gets_neither()
    {
        var search = new TermsSearch(MqttVersion.V5);
        search.Begin();
        Assert.True(search.Refused(ReasonCode.RetainNotSupported, isOldForm: false));
        Assert.True(search.Refused(ReasonCode.QosNotSupported, isOldForm: false));
        Assert.Equal((false, false), (search.Current.Retains, search.Current.Acknowledges));
        Assert.True(search.Taken());
        Assert.False(search.Refused(ReasonCode.QosNotSupported, isOldForm: false)); // it says so of QoS 0 too: nothing is left to try
    }

    [Fact]
    public void Lesser_terms_of_3_1_1_hold_only_when_the_full_ones_have_failed_once_more()
    {
        var search = new TermsSearch(MqttVersion.V311);
        search.Begin();
        Assert.True(search.Closed());
        Assert.False(search.Current.Retains);
        Assert.False(search.Taken()); // it is let in, and the full terms are tried again
        Assert.True(search.Current.Retains);
        Assert.True(search.Closed());
        Assert.False(search.Current.Retains);
        Assert.True(search.Taken());
        search.Begin();
        Assert.False(search.Current.Retains); // remembered
    }

    [Fact]
    public void Full_terms_are_used_when_they_are_taken_at_the_second_time()
    {
        var search = new TermsSearch(MqttVersion.V311);
        search.Begin();
        Assert.True(search.Closed());
        Assert.False(search.Taken());
        Assert.True(search.Taken());
        Assert.Equal((true, true), (search.Current.Retains, search.Current.Acknowledges));
    }

    [Fact]
    public void A_broker_that_closes_every_connection_is_not_asked_four_times_at_each_try()
    {
        var search = new TermsSearch(MqttVersion.V311);
        var tries = 0;
        for (var round = 0; round < 10; round++)
        {
            search.Begin();
            do
            {
                tries++;
            }
            while (search.Closed());
        }

        Assert.Equal(4 + 9, tries);
    }

    [Fact]
    public void Auto_begins_with_5_again_after_a_failure_of_the_line()
    {
        var search = new TermsSearch(MqttVersion.Auto);
        search.Begin();
        Assert.True(search.Refused(ReasonCode.UnsupportedProtocolVersion, isOldForm: true));
        Assert.True(search.Taken());
        search.Begin();
        Assert.Equal(MqttVersion.V311, search.Current.Version); // not asked twice at every connection
        search.Failed();
        Assert.Equal(MqttVersion.V5, search.Current.Version);
    }
}
