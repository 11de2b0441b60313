export default {
  title_ringing: '{name} menelepon',

  online: 'Daring',
  reconnecting: 'Menghubungkan lagi…',
  load_again: 'Muat ulang',
  closed_misunderstanding: 'Halaman ini tidak cocok dengan versi layanan. Muat ulang.',

  more: 'Lainnya',
  language_choice: 'Bahasa',

  accept: 'Terima',
  mute: 'Bisukan',
  camera: 'Kamera',
  screen: 'Layar',
  speaker: 'Pengeras',
  hang_up: 'Akhiri',
  cancel: 'Batal',
  sound_on: 'Nyalakan suara',

  their_camera: 'Kamera mereka',
  their_screen: 'Layar mereka',
  own_camera: 'Kamera Anda',

  state_calling: 'Memanggil…',
  state_connected: 'Dalam panggilan',
  network_good: 'Koneksi baik',
  network_fair: 'Koneksi tidak stabil',
  network_poor: 'Koneksi buruk',

  end_interrupted: 'Panggilan terputus',
  end_with_time: '{end} · {time}',

  microphone_blocked: 'Mikrofon diblokir. Izinkan di bilah alamat lalu coba lagi.',
  microphone_missing: 'Mikrofon tidak ditemukan. Sambungkan satu lalu coba lagi.',
  microphone_taken: 'Program lain sedang memakai mikrofon. Tutup program itu lalu coba lagi.',
  microphone_insecure: 'Peramban memberi mikrofon ke halaman ini hanya lewat https.',
  camera_blocked: 'Kamera diblokir. Izinkan di bilah alamat lalu coba lagi.',
  camera_missing: 'Kamera tidak ditemukan. Sambungkan satu atau lanjutkan tanpa kamera.',
  camera_taken: 'Program lain sedang memakai kamera. Tutup program itu lalu coba lagi.',
  camera_insecure: 'Peramban memberi kamera ke halaman ini hanya lewat https.',

  refused_overloaded: 'Layanan sedang sibuk. Coba lagi.',
  refused_draining: 'Layanan sedang dimulai ulang. Coba lagi satu menit lagi.',
  went_wrong: 'Tidak berhasil. Coba lagi.',
  line_broke: 'Koneksi terputus. Coba lagi.',
};
