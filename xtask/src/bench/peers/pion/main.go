// A relay for two-party calls on Pion, for `cargo xtask bench peers`.
//
// It reads offers from standard input, one JSON object a line, and answers each in the same way. Parties with the numbers
// 2n and 2n + 1 talk to each other: what one says is forwarded to the other as it is.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"net"
	"os"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

type offer struct {
	Party int    `json:"party"`
	Offer string `json:"offer"`
}

type answer struct {
	Answer string `json:"answer"`
}

var opus = webrtc.RTPCodecCapability{
	MimeType:    webrtc.MimeTypeOpus,
	ClockRate:   48000,
	Channels:    2,
	SDPFmtpLine: "minptime=10;useinbandfec=1",
}

// relay holds what each party hears, by its number.
type relay struct {
	api   *webrtc.API
	heard map[int]*webrtc.TrackLocalStaticRTP
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: pion-relay ADDRESS")
	}
	api, err := newAPI(net.ParseIP(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	relay := relay{api: api, heard: map[int]*webrtc.TrackLocalStaticRTP{}}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var request offer
		if err := in.Decode(&request); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		sdp, err := relay.connect(request)
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(answer{sdp}); err != nil {
			log.Fatal(err)
		}
	}
}

// newAPI leaves out what a relay of Opus can do without: other codecs, and the interceptors that keep packets to repeat
// them, write reports and measure bandwidth.
func newAPI(address net.IP) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	parameters := webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: 111}
	if err := media.RegisterCodec(parameters, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	settings := webrtc.SettingEngine{}
	settings.SetLite(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(address.Equal)
	return webrtc.NewAPI(
		webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}),
		webrtc.WithSettingEngine(settings),
	), nil
}

// hears returns the track that a party hears.
func (r *relay) hears(party int) (*webrtc.TrackLocalStaticRTP, error) {
	if track, ok := r.heard[party]; ok {
		return track, nil
	}
	track, err := webrtc.NewTrackLocalStaticRTP(opus, "voice", "call")
	r.heard[party] = track
	return track, err
}

func (r *relay) connect(request offer) (string, error) {
	connection, err := r.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	own, err := r.hears(request.Party)
	if err != nil {
		return "", err
	}
	others, err := r.hears(request.Party ^ 1)
	if err != nil {
		return "", err
	}
	sender, err := connection.AddTrack(own)
	if err != nil {
		return "", err
	}
	go drain(sender)
	connection.OnTrack(func(said *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { forward(said, others) })
	return negotiate(connection, request.Offer)
}

func negotiate(connection *webrtc.PeerConnection, offer string) (string, error) {
	remote := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}
	if err := connection.SetRemoteDescription(remote); err != nil {
		return "", err
	}
	local, err := connection.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(connection)
	if err := connection.SetLocalDescription(local); err != nil {
		return "", err
	}
	<-gathered
	return connection.LocalDescription().SDP, nil
}

// forward passes on what one party says until its connection ends. Read and Write take one buffer for all packets.
func forward(said *webrtc.TrackRemote, heard *webrtc.TrackLocalStaticRTP) {
	buffer := make([]byte, 1500)
	for {
		n, _, err := said.Read(buffer)
		if err != nil {
			return
		}
		if _, err := heard.Write(buffer[:n]); err != nil && err != io.ErrClosedPipe {
			log.Print(err)
		}
	}
}

// drain reads the reports about what a party hears, which would fill a buffer otherwise.
func drain(sender *webrtc.RTPSender) {
	buffer := make([]byte, 1500)
	for {
		if _, _, err := sender.Read(buffer); err != nil {
			return
		}
	}
}
