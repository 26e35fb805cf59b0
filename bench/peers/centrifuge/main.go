// A server on the centrifuge module, for comparison: broadcast to a room and an echo (RPC), nothing durable.
//
// The measurements hold it to one core (GOMAXPROCS=1 and an affinity), with the buffers that serve it best there.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/centrifugal/centrifuge"
)

func main() {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		fail(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{UserID: "reader"},
			Subscriptions: map[string]centrifuge.SubscribeOptions{"room": {}},
		}, nil
	})
	node.OnConnect(serve(node))
	if err := node.Run(); err != nil {
		fail(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.Handle("/ws", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		ReadBufferSize:     512,
		WriteBufferSize:    512,
		UseWriteBufferPool: true,
	}))
	fail(http.Serve(listener, nil))
}

// serve answers one connection: what it publishes goes to everybody, what it calls comes back.
func serve(node *centrifuge.Node) centrifuge.ConnectHandler {
	return func(client *centrifuge.Client) {
		client.OnPublish(func(event centrifuge.PublishEvent, done centrifuge.PublishCallback) {
			result, err := node.Publish(event.Channel, event.Data)
			done(centrifuge.PublishReply{Result: &result}, err)
		})
		client.OnRPC(func(event centrifuge.RPCEvent, done centrifuge.RPCCallback) {
			done(centrifuge.RPCReply{Data: event.Data}, nil)
		})
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
