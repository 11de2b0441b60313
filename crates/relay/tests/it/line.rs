//! A party's way to the server: a UDP socket, or a TCP connection with framed datagrams.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};

use socket2::{Domain, Socket, Type};
use str0m::Candidate;
use str0m::net::{Protocol, TcpType};

pub(crate) enum Line {
    Udp(UdpSocket),
    Tcp(Connection),
}

/// A connection that is opened when the answer names the server's port.
pub(crate) struct Connection {
    /// `None` once it is connected.
    unconnected: Option<Socket>,
    stream: Option<TcpStream>,
    server: Option<SocketAddr>,
    incoming: Vec<u8>,
    /// The server closed it.
    pub(crate) is_over: bool,
}

impl Line {
    pub(crate) fn udp(ip: IpAddr) -> (Self, SocketAddr) {
        let socket = UdpSocket::bind((ip, 0)).expect("a socket on loopback");
        socket.set_nonblocking(true).expect("a socket can be non-blocking");
        let address = socket.local_addr().expect("a bound socket");
        (Self::Udp(socket), address)
    }

    pub(crate) fn tcp(ip: IpAddr) -> (Self, SocketAddr) {
        let address = SocketAddr::new(ip, 0);
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        // What the peer does not read shall not pile up on its side.
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        socket.bind(&address.into()).expect("a port on loopback");
        let address = socket.local_addr().ok().and_then(|address| address.as_socket()).expect("a bound socket");
        let unconnected = Some(socket);
        (
            Self::Tcp(Connection { unconnected, stream: None, server: None, incoming: Vec::new(), is_over: false }),
            address,
        )
    }

    pub(crate) fn candidate(&self, address: SocketAddr) -> Candidate {
        match self {
            Self::Udp(_) => Candidate::host(address, "udp").expect("an address"),
            Self::Tcp(_) => {
                Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build().expect("an address")
            }
        }
    }

    pub(crate) fn protocol(&self) -> Protocol {
        match self {
            Self::Udp(_) => Protocol::Udp,
            Self::Tcp(_) => Protocol::Tcp,
        }
    }

    pub(crate) fn take_answer(&mut self, answer: &str, own: SocketAddr) {
        if let Self::Tcp(connection) = self {
            let server = tcp_candidates(answer).into_iter().find(|server| server.is_ipv4() == own.is_ipv4());
            connection.connect(server.expect("a TCP candidate of the family"));
        }
    }

    /// The next datagram and where it came from.
    pub(crate) fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = [0; 2048];
                match socket.recv_from(&mut buffer) {
                    Ok((len, source)) => Some((source, buffer[..len].to_vec())),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
                    Err(error) => panic!("{error}"),
                }
            }
            Self::Tcp(connection) => {
                let datagram = connection.receive()?;
                Some((connection.server?, datagram))
            }
        }
    }

    pub(crate) fn send(&mut self, destination: SocketAddr, datagram: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send_to(datagram, destination).expect("loopback takes it");
            }
            Self::Tcp(connection) => connection.send(datagram),
        }
    }
}

impl Connection {
    fn connect(&mut self, server: SocketAddr) {
        let socket = self.unconnected.take().expect("it connects once");
        socket.connect(&server.into()).expect("the server listens");
        socket.set_nonblocking(true).expect("a socket can be non-blocking");
        (self.stream, self.server) = (Some(socket.into()), Some(server));
    }

    fn receive(&mut self) -> Option<Vec<u8>> {
        let mut buffer = [0; 4096];
        match self.stream.as_mut()?.read(&mut buffer) {
            Ok(0) => self.is_over = true,
            Ok(len) => self.incoming.extend_from_slice(&buffer[..len]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => self.is_over = true,
        }
        let len = usize::from(u16::from_be_bytes(*self.incoming.first_chunk()?));
        let datagram = self.incoming.get(2..2 + len)?.to_vec();
        self.incoming.drain(..2 + len);
        Some(datagram)
    }

    /// The server always reads, so there is always room; what it gets after it closed is lost.
    fn send(&mut self, datagram: &[u8]) {
        if let Some(stream) = self.stream.as_mut().filter(|_| !self.is_over) {
            self.is_over = stream.write_all(&framed(datagram)).is_err();
        }
    }
}

pub(crate) fn framed(datagram: &[u8]) -> Vec<u8> {
    let len = u16::try_from(datagram.len()).expect("it fits a frame");
    [&len.to_be_bytes(), datagram].concat()
}

/// Where the server listens for TCP, by its answer.
pub(crate) fn tcp_candidates(answer: &str) -> Vec<SocketAddr> {
    let candidates = answer.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
    let words = candidates.map(|line| line.split(' ').collect::<Vec<_>>());
    let passive = words.filter(|words| words[2] == "tcp" && words.contains(&"passive"));
    let address =
        |words: Vec<&str>| SocketAddr::new(words[4].parse().expect("an address"), words[5].parse().expect("a port"));
    passive.map(address).collect()
}
